using System.Globalization;
using System.Text;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Examples;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using ModelGen.Training;

// The spec's 2000 steps read 1.5 MB, and the last validation reads a tenth of all text: more would teach little and end the run slowly.
const long MostDocumentation = 2_000_000;

const int SampleCount = 3, SampleLength = 600, StepSampleLength = 150;

// An entry follows a blank line.
const string Prompt = "\n\n";

const string SamplesText = "samples.txt";

Arguments arguments;

try
{
    arguments = Arguments.Parse(args);
}
catch (WrongArgumentsException exception)
{
    return ConsoleProgram.Fail($"{exception.Message} --help lists the options.", ConsoleProgram.WrongArguments);
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.HelpText);
    return ConsoleProgram.Done;
}

return ConsoleProgram.Run(Run);

bool Run(CancellationToken stop)
{
    var text = arguments.Data is { } path ? ReadText(path) : ReadDocumentation();
    var options = arguments.Steps is { } steps ? DocsGpt.Training with { Duration = Duration.Steps(steps) } : DocsGpt.Training;
    using var session = new RunSession(
        new()
        {
            Folder = arguments.Out,
            Seed = arguments.Seed,
            IsResumed = arguments.Resume,
            Device = arguments.Device,
            Spec = Path.Combine(AppContext.BaseDirectory, "docs-gpt.model.yaml"),
            Curves = new("nats per byte", "loss"),
            Results = [SamplesText],
        },
        stop);
    using var model = session.Create(static device => new DocsGpt(device));
    var tokenizer = model.CreateTokenizer(text);
    using var data = TokenDataset.Create(text, tokenizer, DocsGpt.Context, options.Validation.Fraction, session.Device);
    var objective = model.CreateObjective(data);

    if (arguments.FindLearningRate)
    {
        session.FindLearningRate(objective, options, (int?)arguments.Steps);
        return true;
    }

    var samples = new SampleTexts(session.SampleFolder, () => TextGenerator.Generate(model, tokenizer, Prompt, StepSampleLength, DocsGpt.Sampling, arguments.Seed));

    if (!session.Train(objective, options, samples))
        return false;

    WriteSamples(model, tokenizer, session.Folder, stop);
    if (!session.Evaluate(new PerplexityMetric(data)))
        return false;
    Print($"the checkpoints, the metrics, their curves, the samples, the spec and a manifest are in {session.Folder.Path}");
    return true;
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

void WriteSamples(DocsGpt model, Tokenizer tokenizer, RunFolder folder, CancellationToken stop)
{
    var samples = new StringBuilder();

    for (var number = 1; number <= SampleCount; number++)
    {
        Write($"\n---- sample {number} ----\n");

        foreach (var piece in TextGenerator.Stream(model, tokenizer, Prompt, SampleLength, DocsGpt.Sampling, arguments.Seed + (ulong)number, stop))
            Write(piece);

        Write("\n");
    }

    folder.WriteText(SamplesText, samples.ToString());
    Console.WriteLine();

    void Write(string text)
    {
        Console.Write(text);
        samples.Append(text);
    }
}

static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
