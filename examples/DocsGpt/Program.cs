using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Examples;
using ModelGen.Native;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;
using TorchSharp;

const int Done = 0, CannotGoOn = 1, WrongArguments = 2, Stopped = 130;

// The spec's 2000 steps read 1.5 MB, and the last validation reads a tenth of all text: more would teach little and end the run slowly.
const long MostDocumentation = 2_000_000;

const int SampleCount = 3, SampleLength = 600, StepSampleLength = 150, RangeTestSteps = 200;

// An entry follows a blank line.
const string Prompt = "\n\n";

const string Checkpoints = "checkpoints", Manifest = "manifest.json", MetricsLines = "metrics.jsonl", SamplesText = "samples.txt", Spec = "docs-gpt.model.yaml";
const string Curves = "curves.png", LearningRateCurve = "learning-rate.png", SampleSteps = "samples", Events = "tensorboard";

Arguments arguments;

try
{
    arguments = Arguments.Parse(args);
}
catch (WrongArgumentsException exception)
{
    Console.Error.WriteLine($"error: {exception.Message} --help lists the options.");
    return WrongArguments;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.HelpText);
    return Done;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    // The second time, the signal does what it does by default: it ends the program.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
});

try
{
    return Run();
}
catch (OperationCanceledException)
{
    return Stopped;
}
catch (Exception exception) when (exception is ModelGenException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return CannotGoOn;
}

int Run()
{
    var folder = new RunFolder(arguments.Out, Checkpoints, Manifest, MetricsLines, Curves, LearningRateCurve, SampleSteps, Events, SamplesText, Spec);
    var text = arguments.Data is { } path ? ReadText(path) : ReadDocumentation();
    var options = arguments.Steps is { } steps ? DocsGpt.Training with { Duration = Duration.Steps(steps) } : DocsGpt.Training;

    // Before anything of TorchSharp's: where libtorch cannot load, this says why. The first weights come from torch's own generator.
    Libtorch.Load();
    torch.manual_seed(unchecked((long)arguments.Seed)).Dispose();
    using var model = new DocsGpt();
    var tokenizer = model.CreateTokenizer(text);
    using var data = TokenDataset.Create(text, tokenizer, DocsGpt.Context, options.Validation.Fraction);
    var objective = model.CreateObjective(data);
    stop.Token.ThrowIfCancellationRequested();

    if (arguments.FindLearningRate)
        return FindLearningRate(objective);

    using var trainer = new Trainer(objective, options, arguments.Seed)
    {
        CheckpointFolder = folder[Checkpoints],
        Observers =
        {
            new ConsoleProgress(),
            new MetricsFile(folder[MetricsLines]),
            new ManifestFile(folder[Manifest], folder[Spec], folder[MetricsLines]),
            new CurvesFile(folder[MetricsLines], folder[Curves], "nats per byte", "loss"),
            new CurvesFile(folder[MetricsLines], folder[LearningRateCurve], "learning rate", "learning_rate"),
            new SampleTexts(folder[SampleSteps], () => TextGenerator.Generate(model, tokenizer, Prompt, StepSampleLength, DocsGpt.Sampling, arguments.Seed)),
            new TensorBoardFile(folder[Events], folder[SampleSteps]),
        },
    };

    if (arguments.Resume)
    {
        using var checkpoint = Checkpoint.OpenNewest(folder[Checkpoints]);
        trainer.Resume(checkpoint);
    }
    else if (folder.MoveEarlierRunAside() is { } earlier)
    {
        Console.WriteLine($"moved the earlier run to {earlier}");
    }

    folder.CopyIn(Path.Combine(AppContext.BaseDirectory, Spec));
    Print($"training for {trainer.TotalSteps} steps into {folder.Path} (Ctrl-C saves and stops)");

    if (trainer.Run(stop.Token).Outcome == TrainingOutcome.Cancelled)
    {
        Print($"stopped at step {trainer.Step} of {trainer.TotalSteps}; the same command with --resume goes on from there");
        return Stopped;
    }

    WriteSamples(model, tokenizer, folder);
    return Done;
}

int FindLearningRate(Objective objective)
{
    var test = new LearningRateRangeTest(objective, DocsGpt.Training, arguments.Seed) { Steps = (int?)arguments.Steps ?? RangeTestSteps };
    Print($"trying learning rates from {test.Lowest} to {test.Highest} in {test.Steps} steps");

    if (test.Run(arguments.Out, stop.Token).Suggestion is { } rate)
        Print($"suggested learning rate: {rate:G2}, a tenth of where the loss was least");
    else
        Print($"no learning rate made the loss fall");

    Print($"the curve is in {Path.Combine(arguments.Out, LearningRateRangeTest.PictureFile)}, its points are in {Path.Combine(arguments.Out, LearningRateRangeTest.PointsFile)}");
    return Done;
}

string ReadText(string path)
{
    var corpus = TextCorpus.Read(path);
    Print($"read {Encoding.UTF8.GetByteCount(corpus.Text):N0} bytes of text from {corpus.Files.Count} file(s) in {path}, all of it kept");

    return corpus.Text;
}

string ReadDocumentation()
{
    var files = DotnetDocumentation.FindFiles(DotnetDocumentation.DotnetRoots());
    var documentation = DotnetDocumentation.Read(files, MostDocumentation);
    Print($"""
        read the documentation of .NET: {documentation.Files} files, {documentation.XmlBytes / 1e6:F1} MB of XML
          {documentation.Passages,9:N0} passages (summaries, parameters, return values, exceptions, remarks)
          {-documentation.NotProse,9:N0} of them dropped: empty, shorter than three words, or code
          {documentation.Entries,9:N0} types and members
          {-documentation.Empty,9:N0} dropped: no passage left
          {-documentation.Duplicates,9:N0} dropped: exact duplicates of an earlier one
          {documentation.Distinct,9:N0} distinct, {documentation.DistinctBytes / 1e6:F1} MB of text
          {documentation.Kept,9:N0} kept, {Encoding.UTF8.GetByteCount(documentation.Text) / 1e6:F1} MB, spread evenly over all files so that the last validation stays short
        """);

    return documentation.Text;
}

void WriteSamples(DocsGpt model, Tokenizer tokenizer, RunFolder folder)
{
    var samples = new StringBuilder();

    for (var number = 1; number <= SampleCount; number++)
    {
        Write($"\n---- sample {number} ----\n");

        foreach (var piece in TextGenerator.Stream(model, tokenizer, Prompt, SampleLength, DocsGpt.Sampling, arguments.Seed + (ulong)number, stop.Token))
            Write(piece);

        Write("\n");
    }

    folder.WriteText(SamplesText, samples.ToString());
    Print($"\nthe checkpoints, the metrics, their curves, these samples and earlier ones, the spec and a manifest are in {folder.Path}");

    void Write(string text)
    {
        Console.Write(text);
        samples.Append(text);
    }
}

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
