using System.CommandLine;
using ModelGen.Cli.Specs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen eject</c>: a spec's C# as source to own.</summary>
internal static class EjectVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a model or a recipe" };
        var space = RunOption.Namespace();
        var folder = new Option<string>("--out") { Description = "the folder for the files (the spec's)", HelpName = "FOLDER" };
        var force = RunOption.Force();
        var command = new Command(
            "eject",
            "Writes the C# of a spec into files of your own, which then take its place: they no longer refer to it."
        )
        {
            file,
            space,
            folder,
            force,
        };
        command.SetAction(parsed => Eject(parsed.GetValue(file)!, parsed.GetValue(space), parsed.GetValue(folder), parsed.GetValue(force)));
        return command;
    }

    private static int Eject(string file, string? space, string? folder, bool replaces)
    {
        SpecFiles.RequireOne(file);
        var spec = new SpecSet([file], space).CompileOne();
        if (!spec.IsSound)
        {
            return 1;
        }

        // Notes.cs and, with what the runtime reads of it, Notes.Facts.cs; of a recipe Notes.run.cs.
        var name = Path.GetFileName(file);
        var kept = SpecFiles.NameOf(file) + (SpecFiles.IsRecipe(file) ? ".run" : "");
        var stem = Path.Combine(folder ?? Path.GetDirectoryName(file) ?? "", kept);
        List<string> files = spec.Code.Count == 1 ? [$"{stem}.cs"] : [$"{stem}.cs", $"{stem}.Facts.cs"];
        if (!replaces && files.Find(File.Exists) is { } there)
        {
            throw new ModelGenException($"There is a file '{there}' already; --force replaces it.");
        }

        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
        }

        foreach (var (path, code) in files.Zip(spec.Code))
        {
            File.WriteAllText(path, OwnSource.Of(code, name));
        }

        Console.WriteLine(
            $"{string.Join(" and ", files)} {(files.Count == 1 ? "has" : "have")} the code of {file}. Delete or rename it, so that "
                + "builds do not generate the class again."
        );
        return 0;
    }
}
