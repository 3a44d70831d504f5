using System.CommandLine;
using ModelGen.Compiler.Text;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen layers</c>: the words of a spec.</summary>
internal static class LayersVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var word = new Argument<string?>("WORD")
        {
            Description = "a layer, a family, an objective, …; without one, all are listed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("layers", "Shows the reference of a word: what it does, its keys, their ranges and defaults.") { word };
        command.SetAction(parsed =>
        {
            var sections = Sections(Page.Find("layers")!);
            if (parsed.GetValue(word) is not { } asked)
            {
                foreach (var section in sections)
                {
                    Console.WriteLine($"{new string(' ', 2 * (section.Level - 1))}{section.Title}");
                }

                return 0;
            }

            var found = sections.Where(section => section.Title.Equals(asked, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count == 0)
            {
                var near = NearestWord.Hint(asked, sections.Select(static section => section.Title));
                Console.Error.WriteLine($"There is no word '{asked}'{(near.Length > 0 ? near : ".")} 'modelgen layers' lists them all.");
                return 1;
            }

            Console.Out.Write(string.Join('\n', found.Select(static section => section.Text.TrimEnd() + "\n")));
            return 0;
        });
        return command;
    }

    private static List<(int Level, string Title, string Text)> Sections(string page)
    {
        var sections = new List<(int Level, string Title, string Text)>();
        foreach (var line in page.Split('\n'))
        {
            var level = line.Length - line.TrimStart('#').Length;
            if (level > 0 && line[level..].StartsWith(' '))
            {
                sections.Add((level, line[level..].Trim().Trim('`'), line + "\n"));
            }
            else if (sections.Count > 0)
            {
                sections[^1] = sections[^1] with { Text = sections[^1].Text + line + "\n" };
            }
        }

        return sections;
    }
}
