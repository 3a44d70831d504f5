using System.CommandLine;
using ModelGen.Evaluation;
using ModelGen.Examples;
using ModelGen.Examples.Images;

var words = string.Join(", ", ImageModel.All.Select(static each => each.Word));
var model = new Argument<string>("MODEL")
{
    Description = string.Join('\n', ImageModel.All.Select(static each => $"{each.Word}: {each.Summary}")),
};
var command = new RunCommand(
    "Trains a generative model of small images, samples from it and evaluates the samples.",
    "images",
    "FOLDER",
    "images to learn from instead of drawn digits: a folder of IDX files (Fashion-MNIST, for example), or of PNG and JPEG files "
        + "with a sub-folder for each class",
    Path.Combine("runs", "MODEL"),
    model
)
{
    Check = parsed =>
        parsed.GetResult(model) is not { Tokens: [{ Value: var word }, ..] } ? $"name the model to train: {words}."
        : ImageModel.All.All(each => each.Word != word) ? $"there is no model '{word}'; choose one of {words}."
        : null,
};
var extractor = command.AddPath(
    "--extractor",
    "FILE",
    "a TorchScript file, such as the usual Inception network, whose features are used to compare images (a classifier trained on the data)"
);
var start = command.AddPath("--start", "FOLDER", $"the run that {ImageModel.Tuned} starts from (runs/vae)");

return command.Run(args, (options, parsed, stop) =>
{
    var kind = ImageModel.All.Single(each => each.Word == parsed.GetValue(model));
    if (kind.Word != ImageModel.Tuned && parsed.GetValue(start) is not null)
    {
        throw new ModelGen.ModelGenException(
            $"'{kind.Word}' starts from new weights; leave {start.Name} out, or train {ImageModel.Tuned}."
        );
    }

    using var given = parsed.GetValue(extractor) is { } file ? new TorchScriptExtractor(file) : null;
    return options.Execute(
        kind.Run(options, given, parsed.GetValue(start)),
        options.Settings(Path.Combine("runs", kind.Word), kind.Spec),
        stop
    );
});
