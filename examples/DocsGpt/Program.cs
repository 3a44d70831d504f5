using System.Text;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Examples;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;

const int SampleCount = 3,
    SampleLength = 600,
    StepSampleLength = 150;

// An entry starts after a blank line.
const string Prompt = "\n\n";

const string SamplesText = "samples.txt";

var folder = Path.Combine("runs", "docs-gpt");
var command = new RunCommand(
    "Trains a small GPT on the documentation of .NET, prints samples from it and evaluates it.",
    "text",
    "PATH",
    "UTF-8 text to learn from instead: a file or a folder of files",
    folder
);

return command.Run(args, (options, _, stop) =>
{
    var training = options.Of(DocsGpt.Training);
    using var session = new RunSession(options.Settings(folder, "docs-gpt.model.yaml", new("nats per byte", "loss"), SamplesText), stop);
    var text = DocumentationText.Read(options.Data, stop);
    using var model = session.Create(static device => new DocsGpt(device));
    var tokenizer = model.CreateTokenizer(text);
    using var data = TokenDataset.Create(
        text,
        tokenizer,
        DocsGpt.Context,
        training.Validation.Fraction,
        session.Device,
        new ProgressLine("tokenizing"),
        stop
    );
    var objective = model.CreateObjective(data);
    if (options.FindLearningRate)
    {
        session.FindLearningRate(objective, training, (int?)options.Steps);
        return true;
    }

    var samples = new SampleTexts(session.SampleFolder, () =>
        TextGenerator.Generate(model, tokenizer, Prompt, StepSampleLength, DocsGpt.Sampling, options.Seed)
    );
    if (!session.Train(objective, training, samples))
    {
        return false;
    }

    WriteSamples(model, tokenizer, session.Folder, options.Seed, stop);
    if (
        !session.Evaluate(
            new PerplexityMetric(data),
            new NextTokenMetric(model, data),
            new TextQualityMetric(model, data, DocsGpt.Sampling, options.Seed)
        )
    )
    {
        return false;
    }

    Console.WriteLine($"checkpoints, metrics, curves, samples, spec and manifest are in {session.Folder.Path}");
    return true;
});

static void WriteSamples(DocsGpt model, Tokenizer tokenizer, RunFolder folder, ulong seed, CancellationToken stop)
{
    var samples = new StringBuilder();
    try
    {
        for (var number = 1; number <= SampleCount; number++)
        {
            Write($"\n---- sample {number} ----\n");
            foreach (
                var piece in TextGenerator.Stream(model, tokenizer, Prompt, SampleLength, DocsGpt.Sampling, seed + (ulong)number, stop)
            )
            {
                Write(piece);
            }

            Write("\n");
        }
    }
    finally
    {
        Console.WriteLine();
    }

    folder.WriteText(SamplesText, samples.ToString());

    void Write(string text)
    {
        Console.Write(ConsoleText.Printable(text));
        samples.Append(text);
    }
}
