using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Providers;
using Xen.Cim.Registrar;

var output = new Option<DirectoryInfo>("--output") { Description = "Folder for XenCim.pegasus.mof and XenCim.sfcb.reg", Required = true };
var command = new RootCommand("Writes the registration of the Xen.Cim provider for OpenPegasus and SFCB.") { output };
command.SetAction(arguments =>
{
    var folder = arguments.GetRequiredValue(output);
    folder.Create();
    // What the provider declares does not depend on a host, so none is asked.
    using var provider = new XenCimProvider(LibvirtHypervisor.Create(new HypervisorOptions { Uri = "test:///default" }, NullLoggerFactory.Instance), new ProviderOptions(), NullLoggerFactory.Instance);
    var version = typeof(XenCimProvider).Assembly.GetName().Version!.ToString(3);
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.pegasus.mof"), Registration.Pegasus(provider.Classes, version));
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.sfcb.reg"), Registration.Sfcb(provider.Classes));
    return 0;
});
return command.Parse(args).Invoke();
