using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;
using ModelGen.Runs;

namespace ModelGen.Examples;

/// <summary>The command line of a training program: the options that all such programs share, and the program's own.</summary>
internal sealed class RunCommand
{
    private readonly Dictionary<Option, string> _values = [];
    private readonly List<Option> _flags = [];
    private readonly List<Option> _ofWholeRuns = [];
    private readonly RootCommand _command;
    private readonly string _dataNoun;
    private readonly Option<string?> _data,
        _out,
        _device;
    private readonly Option<long?> _epochs,
        _steps;
    private readonly Option<ulong?> _seed;
    private readonly Option<bool> _resume,
        _noEvaluation,
        _findLearningRate;

    /// <summary>Creates the command.</summary>
    /// <param name="summary">What the program does.</param>
    /// <param name="dataNoun">What it learns from, in a word or two: <c>text</c>.</param>
    /// <param name="dataName">What <c>--data</c> takes: <c>PATH</c> or <c>FOLDER</c>.</param>
    /// <param name="data">What <c>--data</c> is, for the help.</param>
    /// <param name="folder">The default folder of a run, for the help.</param>
    /// <param name="own">The program's own argument, if it has one.</param>
    public RunCommand(string summary, string dataNoun, string dataName, string data, string folder, Argument? own = null)
    {
        _dataNoun = dataNoun;
        _command = new RootCommand(
            $"""
            {summary}

            Ctrl-C finishes the step, saves a checkpoint for --resume and ends with exit code 130; a second Ctrl-C ends at once.
            Exit codes: 0 done, 1 the data, the device or the run folder cannot be used, 2 wrong arguments, 130 stopped by Ctrl-C.
            """
        );
        if (own is not null)
        {
            _command.Add(own);
        }

        _data = Value("--data", dataName, data, $"the path of a {(dataName == "PATH" ? "file or a folder" : dataName.ToLowerInvariant())}");
        _epochs = WholeNumber<long?>(
            "--epochs",
            "passes over the training data, instead of the spec's duration",
            1,
            1_000_000,
            static number => (long)number
        );
        _steps = WholeNumber<long?>("--steps", "training steps, instead of epochs", 1, 1_000_000_000, static number => (long)number);
        _out = Value(
            "--out",
            "FOLDER",
            $"where the run is kept ({folder}); an earlier run there is moved to earlier-N/ inside it",
            "the path of a folder"
        );
        _seed = WholeNumber<ulong?>(
            "--seed",
            "the seed of weights, batches and samples (1); the same seed gives the same run",
            0,
            ulong.MaxValue,
            static number => number
        );
        _device = Value("--device", "WORD", "where to compute: auto (CUDA, then MPS, then the CPU), cpu, cuda, cuda:1, mps", "a word");
        _resume = Flag("--resume", "resume the run in --out from its last checkpoint");
        _noEvaluation = Flag("--no-evaluation", "do not evaluate the trained model; --resume without this does");
        _findLearningRate = Flag(
            "--find-learning-rate",
            "instead of training, try rising learning rates for 200 (or --steps) steps and suggest one; the curve goes to --out"
        );
        _ofWholeRuns.AddRange([_epochs, _resume, _noEvaluation]);
        _command.Options.Remove(_command.Options.OfType<VersionOption>().Single());
    }

    /// <summary>What is wrong with the program's own argument; null if nothing.</summary>
    public Func<ParseResult, string?> Check { get; init; } = static _ => null;

    /// <summary>Adds one of the program's own options, which takes a path and applies only to whole runs.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="valueName">What it takes: <c>FILE</c> or <c>FOLDER</c>.</param>
    /// <param name="description">What it is, for the help.</param>
    public Option<string?> AddPath(string name, string valueName, string description)
    {
        var option = Value(name, valueName, description, $"the path of a {valueName.ToLowerInvariant()}");
        _ofWholeRuns.Add(option);
        return option;
    }

    /// <summary>Parses a command line.</summary>
    /// <param name="words">The words after the program's name.</param>
    public ParseResult Parse(IReadOnlyList<string> words) => _command.Parse(words);

    /// <summary>What is wrong with a command line; null if nothing.</summary>
    /// <param name="words">The words after the program's name.</param>
    public string? Mistake(IReadOnlyList<string> words)
    {
        var parsed = Parse(words);
        if (parsed.Action is HelpAction)
        {
            return null;
        }

        foreach (var word in words)
        {
            if (_flags.Find(flag => word.StartsWith(flag.Name + "=", StringComparison.Ordinal)) is { } flag)
            {
                return $"{flag.Name} takes no value, but got '{word[(flag.Name.Length + 1)..]}'.";
            }
        }

        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>().Where(static result => !result.Implicit))
        {
            if (result.IdentifierTokenCount > 1)
            {
                return $"{result.Option.Name} is given twice.";
            }

            if (_flags.Contains(result.Option))
            {
                continue;
            }

            if (result.Tokens is not [{ Value: var value }] || value.StartsWith("--", StringComparison.Ordinal))
            {
                return $"{result.Option.Name} needs a value.";
            }

            if (_values.TryGetValue(result.Option, out var wanted) && string.IsNullOrWhiteSpace(value))
            {
                return $"{result.Option.Name} takes {wanted}.";
            }
        }

        var own = _command
            .Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
            .Select(static token => token.Value)
            .Where(static word => word.StartsWith('-'));
        if (own.Concat(parsed.UnmatchedTokens).FirstOrDefault(static word => word.StartsWith('-')) is { } unknown)
        {
            return NearestOption(Name(unknown)) is { } meant
                ? $"there is no option {Name(unknown)}; did you mean {meant}?"
                : $"there is no option {Name(unknown)}.";
        }

        if (parsed.UnmatchedTokens is [var stray, ..])
        {
            return $"'{stray}' is not an option; name the {_dataNoun} to learn from with {_data.Name} {_data.HelpName}.";
        }

        if (Check(parsed) is { } wrong)
        {
            return wrong;
        }

        if (parsed.Errors is [var error, ..])
        {
            return error.Message;
        }

        if (IsGiven(_epochs) && IsGiven(_steps))
        {
            return $"{_epochs.Name} and {_steps.Name} both say how long to train; give one.";
        }

        if (IsGiven(_findLearningRate) && _ofWholeRuns.Find(IsGiven) is { } foreign)
        {
            return $"{_findLearningRate.Name} trains no model to the end, so it cannot be combined with {foreign.Name}.";
        }

        return null;

        bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
    }

    /// <summary>The options given on a valid command line.</summary>
    /// <param name="parsed">The result of <see cref="Parse"/>.</param>
    public RunOptions Options(ParseResult parsed) =>
        new()
        {
            Data = parsed.GetValue(_data),
            Epochs = parsed.GetValue(_epochs),
            Steps = parsed.GetValue(_steps),
            Out = parsed.GetValue(_out),
            Seed = parsed.GetValue(_seed) ?? 1,
            Device = parsed.GetValue(_device) ?? "auto",
            Resume = parsed.GetValue(_resume),
            NoEvaluation = parsed.GetValue(_noEvaluation),
            FindLearningRate = parsed.GetValue(_findLearningRate),
        };

    /// <summary>Runs the program, shows its help, or reports what is wrong with the command line.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="program">The program; false if it was stopped early.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<string> words, Func<RunOptions, ParseResult, CancellationToken, bool> program)
    {
        if (Mistake(words) is { } mistake)
        {
            return ConsoleProgram.Fail($"{mistake} --help lists the options.", ConsoleProgram.WrongArguments);
        }

        var parsed = Parse(words);
        return parsed.Action is HelpAction ? parsed.Invoke() : ConsoleProgram.Run(stop => program(Options(parsed), parsed, stop));
    }

    private static string Name(string word) => word.Split('=', 2)[0];

    private Option<string?> Value(string name, string valueName, string description, string wanted)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = valueName };
        _values.Add(option, wanted);
        _command.Add(option);
        return option;
    }

    private Option<bool> Flag(string name, string description)
    {
        var option = new Option<bool>(name) { Description = description, Arity = ArgumentArity.Zero };
        _flags.Add(option);
        _command.Add(option);
        return option;
    }

    private Option<T> WholeNumber<T>(string name, string description, ulong least, ulong most, Func<ulong, T> convert)
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                if (
                    ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                    && number <= most
                )
                {
                    return convert(number);
                }

                result.AddError($"{name} takes a whole number from {least} to {most}, not '{result.Tokens[0].Value}'.");
                return default!;
            },
        };
        _command.Add(option);
        return option;
    }

    // The option that a word abbreviates, or is at most half changed from; null where it is like none.
    private string? NearestOption(string word)
    {
        var letters = word.TrimStart('-').ToLowerInvariant();
        var (nearest, distance) = _command
            .Options.Select(option => (option.Name, Distance: EditDistance(letters, option.Name.TrimStart('-'))))
            .MinBy(static option => option.Distance);
        return 2 * distance <= letters.Length
            ? nearest
            : _command
                .Options.Select(static option => option.Name)
                .FirstOrDefault(option => letters.Length > 0 && option.TrimStart('-').StartsWith(letters, StringComparison.Ordinal));
    }

    /// <summary>The Levenshtein distance: the fewest letters to insert, delete or replace to turn one word into the other.</summary>
    private static int EditDistance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
