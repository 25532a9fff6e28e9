using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Providers;
using Xen.Cim.Registrar;

var output = new Option<DirectoryInfo>("--output") { Description = "Folder for XenCim.pegasus.mof and XenCim.sfcb.reg", Required = true };
var @namespace = new Option<string>("--namespace") { Description = "Namespace of the classes", DefaultValueFactory = _ => ClassProvider.VirtNamespace };
var interop = new Option<string>("--interop") { Description = "Namespace of the classes that belong into the server's Interop namespace", DefaultValueFactory = _ => ClassProvider.InteropNamespace };
var command = new RootCommand("Writes the registration of the Xen.Cim provider for OpenPegasus and SFCB.") { output, @namespace, interop };
foreach (var option in new[] { @namespace, interop })
{
    option.Validators.Add(result =>
    {
        if (!Registration.IsNamespace(result.GetValueOrDefault<string>()))
            result.AddError($"{option.Name} \"{result.GetValueOrDefault<string>()}\" is no CIM namespace: expected names of letters, digits and _ with slashes between them, such as root/virt.");
    });
}
command.SetAction(arguments =>
{
    var folder = arguments.GetRequiredValue(output);
    folder.Create();
    // What the provider declares does not depend on a host, so none is asked.
    using var provider = new XenCimProvider(LibvirtHypervisor.Create(new HypervisorOptions { Uri = "test:///default" }, NullLoggerFactory.Instance), new ProviderOptions(), NullLoggerFactory.Instance);
    var version = typeof(XenCimProvider).Assembly.GetName().Version!.ToString(3);
    var classes = Registration.In(arguments.GetRequiredValue(@namespace), arguments.GetRequiredValue(interop), provider.Classes);
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.pegasus.mof"), Registration.Pegasus(classes, version));
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.sfcb.reg"), Registration.Sfcb(classes));
    return 0;
});
return command.Parse(args).Invoke();
