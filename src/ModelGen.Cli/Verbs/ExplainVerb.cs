using System.CommandLine;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Text;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen explain</c>: what a diagnostic means, and what to do.</summary>
internal static class ExplainVerb
{
    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "such as MG2003; without one, all are listed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("explain", "Tells what a diagnostic means, with an example, wrong and right, and what to do.") { id };
        command.SetAction(parsed =>
        {
            var all = Rules.All.OrderBy(static rule => rule.Id, StringComparer.Ordinal);
            if (parsed.GetValue(id) is not { } asked)
            {
                foreach (var rule in all)
                {
                    Console.WriteLine($"{rule.Id}  {rule.Title}");
                }

                return 0;
            }

            var page = Page.Find(asked.ToUpperInvariant());
            if (page is null || all.All(rule => rule.Id != asked.ToUpperInvariant()))
            {
                var near = NearestWord.Hint(asked.ToUpperInvariant(), all.Select(static rule => rule.Id));
                Console.Error.WriteLine(
                    $"There is no diagnostic '{asked}'{(near.Length > 0 ? near : ".")} 'modelgen explain' lists them all."
                );
                return 1;
            }

            Console.Out.Write(Page.Plain(page));
            return 0;
        });
        return command;
    }
}
