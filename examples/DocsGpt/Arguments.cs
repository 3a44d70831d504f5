using System.Globalization;

namespace ModelGen.Examples;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments
{
    public const string HelpText = """
        Trains a small GPT on the documentation of .NET and prints what it then writes.

        usage: dotnet run -c Release --project examples/DocsGpt [-- OPTIONS]

          --data PATH    UTF-8 text to learn from instead: a file or a folder of files
          --steps N      training steps, instead of the 2000 in docs-gpt.model.yaml
          --out FOLDER   where the run is kept (runs/docs-gpt); an earlier run there moves to earlier-N/ inside it
          --seed N       the seed of weights, batches and samples (1); the same seed gives the same run
          --device WORD  where to compute: auto (CUDA, then MPS, then the CPU), cpu, cuda, cuda:1, mps
          --resume       go on with the run in --out from its last checkpoint
          --find-learning-rate
                         try rising learning rates instead, for 200 or --steps steps, and suggest one; the curve goes to --out
          --help         this text

        Ctrl-C finishes the step, saves a checkpoint for --resume and ends with exit code 130; a second Ctrl-C ends at once.
        Exit codes: 0 done, 1 the data or the run folder cannot be used, 2 wrong arguments, 130 stopped by Ctrl-C.
        """;

    private static readonly string[] Options = ["--data", "--steps", "--out", "--seed", "--device", "--resume", "--find-learning-rate", "--help"];

    /// <summary>File or folder of text to learn from; null = the documentation of .NET.</summary>
    public string? Data { get; private init; }

    /// <summary>Training steps; null = as many as the spec says.</summary>
    public long? Steps { get; private init; }

    /// <summary>Folder of the run.</summary>
    public string Out { get; private init; } = Path.Combine("runs", "docs-gpt");

    public ulong Seed { get; private init; } = 1;

    /// <summary>The device, by its word.</summary>
    public string Device { get; private init; } = "auto";

    public bool Resume { get; private init; }

    public bool FindLearningRate { get; private init; }

    public bool Help { get; private init; }

    /// <summary>Reads <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <exception cref="WrongArgumentsException">An option is unknown or given twice, a value is missing or out of range, or two options exclude each other.</exception>
    public static Arguments Parse(IReadOnlyList<string> words)
    {
        var arguments = new Arguments();
        var given = new HashSet<string>();

        for (var i = 0; i < words.Count; i++)
        {
            var parts = words[i].Split('=', 2);
            var option = parts[0];

            if (option is "-h" or "-?")
                option = "--help";

            if (!option.StartsWith('-'))
                throw new WrongArgumentsException($"'{words[i]}' is not an option; name the text to learn from with --data PATH.");

            if (!Options.Contains(option))
                throw new WrongArgumentsException($"there is no option {option}; did you mean {NearestOption(option)}?");

            if (!given.Add(option))
                throw new WrongArgumentsException($"{option} is given twice.");

            if (option is "--resume" or "--find-learning-rate" or "--help")
            {
                if (parts.Length > 1)
                    throw new WrongArgumentsException($"{option} takes no value, but got '{parts[1]}'.");

                arguments = option switch
                {
                    "--help" => arguments with { Help = true },
                    "--resume" => arguments with { Resume = true },
                    _ => arguments with { FindLearningRate = true },
                };
                continue;
            }

            var value = parts.Length > 1 ? parts[1]
                : i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal) ? words[++i]
                : "";

            if (string.IsNullOrWhiteSpace(value))
                throw new WrongArgumentsException($"{option} needs a value.");

            arguments = option switch
            {
                "--data" => arguments with { Data = value },
                "--out" => arguments with { Out = value },
                "--device" => arguments with { Device = value },
                "--steps" => arguments with { Steps = (long)WholeNumber(option, value, 1, 1_000_000_000) },
                _ => arguments with { Seed = WholeNumber(option, value, 0, ulong.MaxValue) },
            };
        }

        if (arguments is { Resume: true, FindLearningRate: true })
            throw new WrongArgumentsException("--find-learning-rate tries rates on a new model, and --resume goes on with an old one; give one of them.");

        return arguments;
    }

    private static ulong WholeNumber(string option, string value, ulong least, ulong most) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new WrongArgumentsException($"{option} takes a whole number from {least} to {most}, not '{value}'.");

    private static string NearestOption(string word) => Options.MinBy(option => EditDistance(word, option))!;

    /// <summary>Levenshtein's distance: the fewest letters to insert, delete or replace to get from one word to the other.</summary>
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

/// <summary>The command line is wrong; the message says how.</summary>
internal sealed class WrongArgumentsException(string message) : Exception(message);
