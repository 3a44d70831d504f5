using System.CommandLine;
using System.Text;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen new</c>: a spec to start from.</summary>
internal static class NewVerb
{
    private const string Placeholder = "{NAME}";

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
        var force = new Option<bool>("--force") { Description = "replace a file that is there already" };
        var command = new Command("new", "Writes a commented spec that works as it is.") { name, family, force };
        command.SetAction(parsed => Write(parsed.GetValue(name)!, parsed.GetValue(family)!, parsed.GetValue(force)));
        return command;
    }

    private static IEnumerable<string> Families =>
        Catalogue.Of<FamilyWord>().Select(static family => family.Word).Order(StringComparer.Ordinal);

    private static int Write(string name, string family, bool replaces)
    {
        if (Page.Find($"template-{family}") is not { } template)
        {
            Console.Error.WriteLine($"There is no family '{family}'. The families are {string.Join(", ", Families)}.");
            return 1;
        }

        var model = ClassName(Path.GetFileName(name));
        if (model is null)
        {
            Console.Error.WriteLine(
                $"'{name}' cannot be the name of a model: it becomes a C# class, which begins with an upper-case letter."
            );
            return 1;
        }

        var file = $"{name}.model.yaml";
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            Console.Error.WriteLine($"There is no folder '{folder}' for the file '{file}'.");
            return 1;
        }

        if (File.Exists(file) && !replaces)
        {
            Console.Error.WriteLine($"There is a file '{file}' already; --force replaces it.");
            return 1;
        }

        // The comment behind the name stays where it is.
        var room = template[
            template.IndexOf(Placeholder, StringComparison.Ordinal)..template.IndexOf("# the name", StringComparison.Ordinal)
        ];
        File.WriteAllText(file, template.Replace(room, (model + " ").PadRight(room.Length), StringComparison.Ordinal));
        Console.WriteLine($"{file} has the model {model}; 'modelgen check' tells what is wrong with it after a change.");
        return 0;
    }

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
