using ModelGen.Data;
using ModelGen.Runs;
using Notes;

if (args is not [var path, ..])
{
    Console.Error.WriteLine("Give the path of a text file, or of a folder of them; --resume after it goes on with an earlier run.");
    return ConsoleProgram.WrongArguments;
}

var run = new TextRun<Writer>
{
    Create = static device => new Writer(device),
    Training = Writer.Training,
    Sampling = Writer.Sampling,
    ReadData = (model, progress, stop) =>
    {
        var text = TextCorpus.Read(path, progress, stop);
        return TokenDataset.Create(text, model.CreateTokenizer(text), Writer.Context, Writer.Training.Validation.Fraction, model.Device);
    },
    CreateObjective = static (model, data) => model.CreateObjective(data),
};
var settings = new RunSettings
{
    Folder = "runs/writer",
    Spec = Path.Combine(AppContext.BaseDirectory, "writer.model.yaml"),
    IsResumed = args.Contains("--resume"),
};

// Ctrl-C saves the run, and --resume goes on from there.
return ConsoleProgram.Run(stop => run.Execute(settings, stop));
