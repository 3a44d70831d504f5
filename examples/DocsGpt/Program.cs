using ModelGen.Data;
using ModelGen.Examples;
using ModelGen.Runs;

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
    var run = new TextRun<DocsGpt>
    {
        Create = static device => new DocsGpt(device),
        Training = options.Of(DocsGpt.Training),
        Sampling = DocsGpt.Sampling,
        ReadData = (model, progress, cancellation) =>
        {
            var text = DocumentationText.Read(options.Data, cancellation);
            return TokenDataset.Create(
                text,
                model.CreateTokenizer(text),
                DocsGpt.Context,
                DocsGpt.Training.Validation.Fraction,
                model.Device,
                progress,
                cancellation
            );
        },
        CreateObjective = static (model, data) => model.CreateObjective(data),

        // An entry starts after a blank line.
        Prompt = "\n\n",
    };
    return options.Execute(run, options.Settings(folder, "docs-gpt.model.yaml"), stop);
});
