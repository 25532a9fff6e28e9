using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;
using Xen.Cim.Providers;
using Xen.Cim.Registrar;

var output = new Option<DirectoryInfo>("--output") { Description = "Folder for XenCim.pegasus.mof and XenCim.sfcb.reg", Required = true };
var @namespace = new Option<string>("--namespace") { Description = "Namespace of the classes", DefaultValueFactory = _ => ClassProvider.VirtNamespace };
var interop = new Option<string>("--interop") { Description = "Namespace of the classes that belong into the server's Interop namespace", DefaultValueFactory = _ => ClassProvider.InteropNamespace };
foreach (var option in new[] { @namespace, interop })
{
    option.Validators.Add(result =>
    {
        if (!CimNamespace.IsName(result.GetValueOrDefault<string>()))
            result.AddError($"{option.Name} \"{result.GetValueOrDefault<string>()}\" is no CIM namespace: expected names of letters, digits and _ with slashes between them, such as root/virt.");
    });
}
var command = new RootCommand("Writes the registration of the Xen.Cim provider for OpenPegasus and SFCB.") { output, @namespace, interop, Classes() };
command.SetAction(arguments =>
{
    var folder = arguments.GetRequiredValue(output);
    folder.Create();
    var version = typeof(XenCimProvider).Assembly.GetName().Version!.ToString(3);
    var classes = Registration.In(arguments.GetRequiredValue(@namespace), arguments.GetRequiredValue(interop), Provided());
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.pegasus.mof"), Registration.Pegasus(classes, version));
    File.WriteAllText(Path.Combine(folder.FullName, "XenCim.sfcb.reg"), Registration.Sfcb(classes));
    return 0;
});
return command.Parse(args).Invoke();

// What the provider declares does not depend on a host, so none is asked.
static IReadOnlyList<ProvidedClass> Provided()
{
    using var provider = new XenCimProvider(LibvirtHypervisor.Create(new HypervisorOptions { Uri = "test:///default" }, NullLoggerFactory.Instance), new ProviderOptions(), NullLoggerFactory.Instance);
    return provider.Classes;
}

static Command Classes()
{
    var schema = new Option<FileInfo>("--schema") { Description = "The CIM Schema that the classes expect (CIM_Schema.mof)", Required = true };
    var mof = new Option<FileInfo>("--mof") { Description = "The provider's classes (XenCim.mof)", Required = true };
    var present = new Option<FileInfo[]>("--present") { Description = "MOF of the classes and qualifiers that the server's namespace has; may be given again", DefaultValueFactory = _ => [] };
    var ofInterop = new Option<bool>("--of-interop") { Description = "The classes that belong into the Interop namespace, not the others" };
    var baseFile = new Option<FileInfo>("--base") { Description = "The MOF file to write: qualifiers and base classes that the server lacks", Required = true };
    var file = new Option<FileInfo>("--to") { Description = "The MOF file to write: the provider's classes, to be compiled after the base", Required = true };
    var command = new Command("classes", "Writes the provider's classes for a server: with the base classes, members and qualifiers that its schema lacks. "
        + "Prints what the files declare, in order: \"qualifier NAME\", \"base NAME\" for a class of the CIM Schema, \"class NAME\" for one of the provider's.")
    { schema, mof, present, ofInterop, baseFile, file };
    command.SetAction(arguments =>
    {
        try
        {
            var theirs = new MofDeclarations();
            var ours = new MofDeclarations();
            MofCompiler.Compile([arguments.GetRequiredValue(schema).FullName], theirs);
            MofCompiler.Compile([arguments.GetRequiredValue(mof).FullName], ours, theirs);
            var server = ServerSchema.Read(arguments.GetRequiredValue(present).Select(f => f.FullName));
            var classes = new ClassesForServer(theirs, ours, server);
            foreach (var name in Registration.ClassesOf(arguments.GetValue(ofInterop), ours.Classes.Select(c => c.Name), Provided()))
                classes.Add(name);
            File.WriteAllText(arguments.GetRequiredValue(baseFile).FullName, classes.BaseMof());
            File.WriteAllText(arguments.GetRequiredValue(file).FullName, classes.Mof());
            foreach (var qualifier in classes.Qualifiers)
                Console.WriteLine($"qualifier {qualifier.Name}");
            foreach (var @class in classes.Classes.OrderBy(classes.IsOurs))
                Console.WriteLine($"{(classes.IsOurs(@class) ? "class" : "base")} {@class.Name}");
            foreach (var conflict in classes.Conflicts)
                Console.Error.WriteLine($"warning: {conflict}; it stays as the server has it");
            return 0;
        }
        catch (Exception error) when (error is MofException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {error.Message}");
            return 1;
        }
    });
    return command;
}
