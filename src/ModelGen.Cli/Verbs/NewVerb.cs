using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using ModelGen.Cli.Specs;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen new</c>: a spec to start from.</summary>
internal static partial class NewVerb
{
    private const string Placeholder = "{NAME}";

    // Beside a spec that names it in its first line, from where editors take it.
    private const string SchemaFile = "modelgen.schema.json";

    private static readonly string[] SchemaFiles = [SchemaFile, "modelgen.run.schema.json"];

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "the name of the model, which is also that of the file" };
        var family = new Option<string>("--family")
        {
            Description = $"what kind of model: {string.Join(", ", Families)} (transformer)",
            DefaultValueFactory = static _ => "transformer",
            HelpName = "WORD",
        };
        family.Validators.Add(static given =>
        {
            if (given.Tokens is [{ Value: var word }] && !Families.Contains(word))
            {
                given.AddError($"There is no family '{word}'{NearestWord.Hint(word, Families)}");
            }
        });
        var force = RunOption.Force();
        var project = new Option<bool>("--project")
        {
            Description = "write a folder with a project: the spec, a program that trains the model, and the schema for editors",
        };
        var command = new Command("new", "Writes a commented spec that works as it is.") { name, family, project, force };
        command.SetAction(parsed =>
            Write(parsed.GetValue(name)!, parsed.GetValue(family)!, parsed.GetValue(project), parsed.GetValue(force))
        );
        return command;
    }

    private static IEnumerable<string> Families =>
        Catalogue.Of<FamilyWord>().Select(static family => family.Word).Order(StringComparer.Ordinal);

    private static int Write(string name, string family, bool isProject, bool replaces)
    {
        // People write the name of the file, too.
        name = SpecFiles.IsModel(name) ? Path.Combine(Path.GetDirectoryName(name) ?? "", SpecFiles.NameOf(name)) : name;
        var template = Page.Find($"template-{family}")!;
        var model = ClassName(Path.GetFileName(name));
        if (model is null)
        {
            Console.Error.WriteLine(
                $"'{name}' cannot be the name of a model: it becomes a C# class, which begins with an upper-case letter."
            );
            return 1;
        }

        // The comment behind the name stays where it is.
        var room = template[
            template.IndexOf(Placeholder, StringComparison.Ordinal)..template.IndexOf("# the name", StringComparison.Ordinal)
        ];
        var spec = template.Replace(room, (model + " ").PadRight(room.Length), StringComparison.Ordinal);
        var stem = Path.GetFileName(name);
        if (isProject || File.Exists(Path.Combine(Path.GetDirectoryName(name) ?? "", SchemaFile)))
        {
            spec = $"# yaml-language-server: $schema={SchemaFile}\n{spec}";
        }

        List<(string Path, string Text)> files = isProject
            ?
            [
                (Path.Combine(name, $"{stem}.csproj"), Project(model)),
                (Path.Combine(name, $"{stem}.model.yaml"), spec),
                (Path.Combine(name, "Program.cs"), Program(family, model, stem)),
                .. SchemaFiles.Select(file => (Path.Combine(name, file), Page.Find(Path.GetFileNameWithoutExtension(file))!)),
            ]
            : [($"{name}.model.yaml", spec)];
        var above = Path.GetDirectoryName(isProject ? name : files[0].Path);
        if (above is { Length: > 0 } && !Directory.Exists(above))
        {
            Console.Error.WriteLine(
                $"There is no folder '{above}' for the {(isProject ? "project" : "file")} '{(isProject ? name : files[0].Path)}'."
            );
            return 1;
        }

        if (files.Find(static file => Path.Exists(file.Path)).Path is { } there && !replaces)
        {
            Console.Error.WriteLine($"There is a file '{there}' already; --force replaces it.");
            return 1;
        }

        foreach (var (path, text) in files)
        {
            if (isProject)
            {
                Directory.CreateDirectory(name);
            }

            File.WriteAllText(path, text);
        }

        var (what, trains) = isProject
            ? (name, $"dotnet run -c Release --project {Quoted(name)} -- PATH")
            : (files[0].Path, $"modelgen train {Quoted(files[0].Path)} --data PATH");
        Console.WriteLine($"{what} has {(isProject ? "a project with " : "")}the model {model}; '{trains}' trains it on what is at PATH.");
        return 0;
    }

    // As a shell needs it.
    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    // In a namespace of that name, the model's own would mean the namespace.
    private static string Namespace(string model) => model + "App";

    private static string Project(string model) =>
        Page.Find("template-project")!
            .Replace("Notes", Namespace(model), StringComparison.Ordinal)
            .Replace(
                "{VERSION}",
                typeof(NewVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
                StringComparison.Ordinal
            );

    private static string Program(string family, string model, string stem) =>
        ModelName()
            .Replace(
                Page.Find($"program-{Catalogue.Of<Family>().Single(each => each.Word == family).RunClass}")!
                    .Replace("using Notes;", $"using {Namespace(model)};", StringComparison.Ordinal),
                name => name.Value == "Writer" ? model : stem
            );

    // Of the model that the programs are written for, and of its files.
    [GeneratedRegex("Writer|writer")]
    private static partial Regex ModelName();

    // Letters and digits, each word with a capital; null where nothing is left that a class may be called.
    private static string? ClassName(string name)
    {
        var result = new StringBuilder();
        var begins = true;
        foreach (var character in name)
        {
            if (char.IsLetterOrDigit(character))
            {
                result.Append(begins ? char.ToUpperInvariant(character) : character);
            }

            begins = !char.IsLetterOrDigit(character);
        }

        return result.Length > 0 && char.IsUpper(result[0]) ? result.ToString() : null;
    }
}
