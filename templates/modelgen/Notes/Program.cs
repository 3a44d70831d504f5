using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Runs;
using ModelGen.Sampling;
using Notes;

if (args is not [var path, ..])
{
    Console.Error.WriteLine("Give the path of a text file, or of a folder of them; --resume after it goes on with an earlier run.");
    return ConsoleProgram.WrongArguments;
}

return ConsoleProgram.Run(stop =>
{
    using var session = new RunSession(
        new()
        {
            Folder = "runs/writer",
            Spec = "{PROJECT}/writer.model.yaml",
            Curves = new("nats per byte", "loss"),
            IsResumed = args.Contains("--resume"),
        },
        stop
    );
    using var model = session.Create(static device => new Writer(device));
    var text = TextCorpus.Read(path, new ProgressLine("reading"), stop);
    var tokenizer = model.CreateTokenizer(text);
    using var data = TokenDataset.Create(text, tokenizer, Writer.Context, Writer.Training.Validation.Fraction, session.Device);
    if (!session.Train(model.CreateObjective(data), Writer.Training))
    {
        return false; // Ctrl-C: saved, and --resume goes on from there
    }

    Console.WriteLine(ConsoleText.Printable(TextGenerator.Generate(model, tokenizer, "The ", 400, Writer.Sampling, seed: 1)));
    return session.Evaluate(new PerplexityMetric(data));
});
