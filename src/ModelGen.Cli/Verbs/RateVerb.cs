using System.CommandLine;
using ModelGen.Answers;
using ModelGen.Cli.Ratings;
using ModelGen.Cli.Tables;
using ModelGen.Data;
using ModelGen.Runs;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen rate</c>: what people say of the answers of runs.</summary>
internal static class RateVerb
{
    private const int DefaultLength = 300;
    private const string DefaultFile = "preferences.jsonl";

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var folders = new Argument<string[]>("RUN")
        {
            Description = "the folders of runs of language models; of a single one, two answers with different seeds are compared",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var prompts = new Option<string?>("--prompts")
        {
            Description =
                "JSON lines with what to answer under 'prompt'; without it the 'test' file of the first run's recipe or, where a run has "
                + "learned no answers, the empty prompt",
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = $"the file of the judgements ({DefaultFile}); what it has already is not asked again",
            HelpName = "FILE",
            DefaultValueFactory = static _ => DefaultFile,
        };
        var rater = new Option<string?>("--rater") { Description = "who judges (the name of the user)", HelpName = "NAME" };
        var count = RunOption.Number(
            "--count",
            "how many pairs there are to judge (each prompt once for each pair of runs; no end without prompts)",
            1,
            1_000_000_000L
        );
        var seed = RunOption.Seed("the seed of the answers and of their sides (1); the same seed gives the same pairs");
        var length = RunOption.Number("--max-tokens", $"tokens of an answer at most ({DefaultLength})", 1, 10_000_000);
        var device = RunOption.Device();
        var results = new Option<string?>("--results")
        {
            Description = "only show what the judgements in a file say of runs",
            HelpName = "FILE",
        };
        var command = new Command(
            "rate",
            "Shows two answers at a time without telling whose they are, and keeps which one you prefer. All models are in memory at once."
        )
        {
            folders,
            prompts,
            output,
            rater,
            count,
            seed,
            length,
            device,
            results,
        };
        command.Validators.Add(given =>
        {
            var names = given.GetResult(folders)?.Tokens.Count ?? 0;
            if (given.GetResult(results) is null)
            {
                if (names == 0)
                {
                    given.AddError($"Name the folder of a run, or of several; {results.Name} FILE shows what has been judged already.");
                }

                return;
            }

            Option[] foreign = [prompts, output, rater, count, seed, length, device];
            if (names > 0 || foreign.Any(option => given.GetResult(option) is { Implicit: false }))
            {
                given.AddError($"{results.Name} judges nothing anew; leave the runs and the other options out.");
            }
        });
        command.SetAction(
            (parsed, stop) =>
            {
                if (parsed.GetValue(results) is { } judged)
                {
                    Show(judged);
                }
                else
                {
                    Judge(
                        new Request(
                            parsed.GetValue(folders)!,
                            parsed.GetValue(prompts),
                            parsed.GetValue(output)!,
                            parsed.GetValue(rater) ?? Environment.UserName,
                            parsed.GetValue(count),
                            parsed.GetValue(seed) ?? 1,
                            parsed.GetValue(length) ?? DefaultLength,
                            parsed.GetValue(device)!
                        ),
                        stop
                    );
                }

                return Task.FromResult(ConsoleProgram.Done);
            }
        );
        return command;
    }

    private static void Show(string path)
    {
        var file = JudgementFile.Read(path);
        Tell(file, path);
        if (file.Judgements.Count == 0)
        {
            throw new ModelGenException($"'{path}' has no judgements that 'modelgen rate' has written.");
        }

        new RatingResults(file.Judgements).Print();
    }

    private static void Judge(Request request, CancellationToken stop)
    {
        var file = JudgementFile.Open(request.Output);
        Tell(file, request.Output);
        var runs = new List<RatedRun>();
        try
        {
            foreach (var folder in request.Folders)
            {
                runs.Add(RatedRun.Open(folder, request.Device, stop));
                CheckWeights(runs, file, request.Output);
            }

            var (prompts, areOfFile) = Prompts(runs, request.Prompts, stop);

            // In whatever order they are named, the pairs are the same.
            RatedRun[] ordered = [.. runs.OrderBy(static run => run.Name.Weights, StringComparer.Ordinal)];
            var schedule = new PairSchedule(prompts, ordered.Length, request.Seed);
            var session = new RatingSession(ordered, schedule, file, request.Rater, request.Length);
            if (file.Judgements.Count > 0)
            {
                Console.WriteLine(
                    $"'{request.Output}' has {NumberText.Counted(file.Judgements.Count, "judgement")} already; new ones are added."
                );
            }

            try
            {
                session.Run(request.Count ?? (areOfFile ? schedule.Round : null), stop);
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine();
                Console.WriteLine($"stopped; '{request.Output}' has every judgement, and the same command goes on");
                throw;
            }
            catch (ModelGenException) when (file.Judgements.Count > 0)
            {
                End(session, file, request.Output);
                throw;
            }

            End(session, file, request.Output);
        }
        finally
        {
            runs.ForEach(static run => run.Dispose());
        }
    }

    private static void End(RatingSession session, JudgementFile file, string path)
    {
        Console.WriteLine();
        if (session.EqualCount > 0)
        {
            Console.WriteLine(
                $"{NumberText.Counted(session.EqualCount, "pair")} of equal answers, with {PairSchedule.Attempts} seeds each, "
                    + $"{(session.EqualCount == 1 ? "was" : "were")} passed over."
            );
        }

        Console.WriteLine(
            $"'{path}' has {(file.Judgements.Count == 0 ? "no judgements yet" : NumberText.Counted(file.Judgements.Count, "judgement"))}."
        );
        if (file.Judgements.Count > 0)
        {
            Console.WriteLine();
            new RatingResults(file.Judgements).Print();
        }
    }

    // Judgements of other weights would be taken for those of these.
    private static void CheckWeights(IReadOnlyList<RatedRun> runs, JudgementFile file, string path)
    {
        var run = runs[^1].Name;
        if (runs.SkipLast(1).FirstOrDefault(other => other.Name.Weights == run.Weights) is { } same)
        {
            throw new ModelGenException($"'{same.Name.Folder}' and '{run.Folder}' have the same weights; name each run once.");
        }

        var judged = file.Judgements.SelectMany(static each => new[] { each.Better.Run, each.Worse.Run });
        if (judged.FirstOrDefault(other => other.Folder == run.Folder && other.Weights != run.Weights) is { Weights: { } earlier })
        {
            throw new ModelGenException(
                $"'{path}' has judgements of '{run.Folder}' with the weights {earlier}, and it has {run.Weights} now: it was trained "
                    + "since. Name another file with --out."
            );
        }
    }

    // What all models can read; whether it comes from a file, which ends.
    private static (IReadOnlyList<string> Prompts, bool AreOfFile) Prompts(
        IReadOnlyList<RatedRun> runs,
        string? path,
        CancellationToken stop
    )
    {
        var source = runs[0].Source;
        if (path is null && source is not null && source.Test is null)
        {
            throw new ModelGenException(
                $"'{runs[0].Name.Folder}' has learned to answer prompts, and its recipe names no 'test' file with others; name a file of "
                    + "prompts with --prompts, JSON lines with a 'prompt' each."
            );
        }

        if (path is null && source is AnswersSource { Chat: not null })
        {
            throw new ModelGenException(
                $"'{runs[0].Name.Folder}' has learned conversations, which are no single prompts; name a file of prompts with --prompts, "
                    + "JSON lines with a 'prompt' each."
            );
        }

        var prompts =
            path is not null ? PromptFile.Read(path, cancellation: stop)
            : source is not null ? PromptFile.Read(source.Test!, source.Prompt, cancellation: stop)
            : new ExampleCollection<string>([""]);
        var problems = prompts.Problems.ToList();
        var usable = prompts.Examples.Distinct().ToList();
        foreach (var run in runs)
        {
            var read = EncodedExamples.Of(
                prompts,
                text => new EncodedPrompt(text, run.Tokens(text)),
                static prompt => [AnswerTokens.Of(prompt.Tokens, [0])],
                run.Context,
                problems,
                progress: null,
                stop
            );
            usable = [.. usable.Intersect(read.Select(static prompt => prompt.Text))];
        }

        foreach (var problem in problems.DistinctBy(static problem => problem.File))
        {
            Console.Error.WriteLine($"note: {problem.File} {problem.Reason}; it is left out");
        }

        return usable.Count > 0
            ? (usable, path is not null || source is not null)
            : throw new ModelGenException("There is no prompt that all models can read; see the notes above.");
    }

    private static void Tell(JudgementFile file, string path)
    {
        if (file.Problems.Count > 0)
        {
            var what = file.Problems.Count == 1 ? "is no judgement" : "are no judgements";
            Console.Error.WriteLine(
                $"note: {NumberText.Counted(file.Problems.Count, "line")} of '{path}' {what}{FileProblem.Summary(file.Problems)}"
            );
        }

        if (file.IsCut)
        {
            Console.Error.WriteLine($"note: the last line of '{path}' breaks off, as a killed process leaves it; it does not count");
        }
    }

    private sealed record Request(
        IReadOnlyList<string> Folders,
        string? Prompts,
        string Output,
        string Rater,
        long? Count,
        ulong Seed,
        int Length,
        string Device
    );
}
