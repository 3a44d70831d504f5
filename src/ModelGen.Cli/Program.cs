using System.CommandLine;
using System.CommandLine.Parsing;
using ModelGen.Cli.Verbs;
using ModelGen.Compiler.Text;
using ModelGen.Runs;

namespace ModelGen.Cli;

/// <summary>The command <c>modelgen</c>.</summary>
internal static class Program
{
    /// <summary>The command with all its verbs.</summary>
    public static RootCommand CreateCommand()
    {
        var command = new RootCommand(
            """
            Checks, compiles and trains specs of generative models: files NAME.model.yaml, and recipes NAME.run.yaml. Compares runs.

            Exit codes: 0 done, 1 something is wrong with the files, 2 wrong arguments, 130 stopped by Ctrl-C.
            """
        )
        {
            NewVerb.Create(),
            CheckVerb.Create(),
            PlanVerb.Create(),
            TrainVerb.Create(),
            SampleVerb.Create(),
            EvaluateVerb.Create(),
            RateVerb.Create(),
            RunsVerb.Create(),
            ChainVerb.Create(),
            CompareVerb.Create(),
            SweepVerb.Create(),
            DoctorVerb.Create(),
            EmitVerb.Create(),
            EjectVerb.Create(),
            LayersVerb.Create(),
            ExplainVerb.Create(),
            SchemaVerb.Create(),
        };
        foreach (var verb in command.Subcommands)
        {
            verb.Validators.Add(RefuseEmpty);
            verb.Validators.Add(RefuseUnknownOptions);
        }

        return command;
    }

    public static int Main(string[] args)
    {
        var command = CreateCommand();
        var parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine(NotUnderstood(parsed) ?? parsed.Errors[0].Message);
            var verb = parsed.CommandResult.Command == command ? "" : $" {parsed.CommandResult.Command.Name}";
            Console.Error.WriteLine($"'modelgen{verb} --help' tells more.");
            return ConsoleProgram.WrongArguments;
        }

        var code = ConsoleProgram.Done;
        var outcome = ConsoleProgram.Run(stop =>
        {
            // Signals are the program's own: they end a run after its step.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            code = parsed.InvokeAsync(configuration, stop).GetAwaiter().GetResult();
            return true;
        });
        return outcome == ConsoleProgram.Done ? code : outcome;
    }

    // As a rule a variable of the shell that is not set.
    private static void RefuseEmpty(CommandResult given)
    {
        foreach (var empty in given.Children.Where(static child => child.Tokens.Any(static token => token.Value.Length == 0)))
        {
            empty.AddError($"{(empty is OptionResult option ? option.Option.Name : "An argument")} is empty.");
        }
    }

    // It would be taken for a path, and what follows for one argument too many.
    private static void RefuseUnknownOptions(CommandResult given)
    {
        foreach (var option in OptionsForArguments(given))
        {
            given.AddError(Unknown(given.Command, option));
        }
    }

    private static IEnumerable<string> OptionsForArguments(CommandResult given) =>
        given
            .Children.OfType<ArgumentResult>()
            .SelectMany(static argument => argument.Tokens.Select(static token => token.Value))
            .Where(IsOption);

    // The first word that is nothing; null where each is something.
    private static string? NotUnderstood(ParseResult parsed)
    {
        var given = parsed.CommandResult;
        var unknown = OptionsForArguments(given).Concat(parsed.UnmatchedTokens).FirstOrDefault();
        return unknown is null ? null : Unknown(given.Command, unknown);
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static string Unknown(Command command, string word)
    {
        var known = IsOption(word)
            ? command.Options.SelectMany(static option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Select(static verb => verb.Name);
        var near = NearestWord.Find(word, known) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
        return IsOption(word) ? $"There is no option '{word}'{near}"
            : command is RootCommand ? $"There is no verb '{word}'{near}"
            : $"'{word}' is one argument too many.";
    }
}
