using System.CommandLine;
using System.Globalization;

namespace ModelGen.Examples.Images;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">The folder of pictures; null for drawn digits.</param>
/// <param name="Epochs">Passes over the training pictures; null for what the spec says.</param>
/// <param name="Steps">Training steps, instead of passes; null for what the spec says.</param>
/// <param name="Out">The folder of the run.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Extractor">A TorchScript file that makes the features which pictures are compared by; null for a classifier trained on the data.</param>
/// <param name="Device">The device, by its word.</param>
/// <param name="Resume">Whether to go on with the run in <paramref name="Out"/>.</param>
/// <param name="FindLearningRate">Whether to try rising learning rates instead of training.</param>
internal sealed record Arguments(PictureModel Model, string? Data, long? Epochs, long? Steps, string Out, ulong Seed, string? Extractor, string Device, bool Resume, bool FindLearningRate)
{
    private const string Exits =
        "Ctrl-C finishes the step, saves a checkpoint for --resume and ends with exit code 130; a second Ctrl-C ends at once. "
        + "Exit codes: 0 done, 1 the data or the run folder cannot be used, 2 wrong arguments, 130 stopped by Ctrl-C.";

    /// <summary>The command that reads these arguments.</summary>
    /// <param name="run">What to do with them; gives the exit code.</param>
    public static RootCommand Command(Func<Arguments, int> run)
    {
        var model = new Argument<string?>("MODEL") { Arity = ArgumentArity.ZeroOrOne, Description = string.Join("; ", PictureModel.All.Select(static each => $"{each.Word}: {each.Summary}")), HelpName = "MODEL" };
        model.Validators.Add(static result =>
        {
            if (result.Tokens is [var word, ..] && PictureModel.All.All(each => each.Word != word.Value))
                result.AddError($"There is no model '{word.Value}'; there are {string.Join(", ", PictureModel.All.Select(static each => each.Word))}.");
        });
        var data = new Option<string?>("--data") { Description = "pictures to learn from instead of drawn digits: a folder of IDX files (Fashion-MNIST, for example), or of PNG and JPEG files with a sub-folder for each class", HelpName = "FOLDER" };
        var epochs = WholeNumber<long?>("--epochs", "passes over the training pictures, instead of what the spec says", 1, 1_000_000, static number => (long)number);
        var steps = WholeNumber<long?>("--steps", "training steps, instead of passes", 1, 1_000_000_000, static number => (long)number);
        var @out = new Option<string?>("--out") { Description = "where the run is kept (runs/MODEL); an earlier run there moves to earlier-N/ inside it", HelpName = "FOLDER" };
        var seed = WholeNumber<ulong?>("--seed", "the seed of weights, batches and samples (1); the same seed gives the same run", 0, ulong.MaxValue, static number => number);
        var extractor = new Option<string?>("--extractor") { Description = "a TorchScript file, such as the usual Inception network, whose features pictures are compared by (a classifier trained on the data)", HelpName = "FILE" };
        var device = new Option<string?>("--device") { Description = "where to compute: auto (CUDA, then MPS, then the CPU), cpu, cuda, cuda:1, mps", HelpName = "WORD" };
        var resume = new Option<bool>("--resume") { Description = "go on with the run in --out from its last checkpoint" };
        var findLearningRate = new Option<bool>("--find-learning-rate") { Description = "try rising learning rates instead, for 200 or --steps steps, and suggest one; the curve goes to --out" };

        var command = new RootCommand($"Trains a generative model of small pictures, draws with it and measures what it draws. {Exits}") { model, data, epochs, steps, @out, seed, extractor, device, resume, findLearningRate };
        command.Options.Remove(command.Options.OfType<VersionOption>().Single());
        command.Validators.Add(result =>
        {
            if (result.GetResult(model) is not { Tokens.Count: > 0 })
                result.AddError($"Name the model to train: {string.Join(", ", PictureModel.All.Select(static each => each.Word))}.");
            foreach (var path in new[] { data, @out, extractor, device }.Where(path => result.GetResult(path) is { Tokens: [{ Value: var value }] } && string.IsNullOrWhiteSpace(value)))
                result.AddError($"{path.Name} takes {(path == device ? "a word" : $"the path of a {path.HelpName!.ToLowerInvariant()}")}.");
            if (result.GetResult(epochs) is not null && result.GetResult(steps) is not null)
                result.AddError("--epochs and --steps both say how long to train; give one.");
            if (result.GetResult(findLearningRate) is { Implicit: false } && new Option[] { epochs, extractor, resume }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } foreign)
                result.AddError($"--find-learning-rate trains no model to the end, so it takes no {foreign.Name}.");
        });
        command.SetAction(parsed => run(new Arguments(
            PictureModel.All.Single(each => each.Word == parsed.GetValue(model)),
            parsed.GetValue(data),
            parsed.GetValue(epochs),
            parsed.GetValue(steps),
            parsed.GetValue(@out) ?? Path.Combine("runs", parsed.GetValue(model)!),
            parsed.GetValue(seed) ?? 1,
            parsed.GetValue(extractor),
            parsed.GetValue(device) ?? "auto",
            parsed.GetValue(resume),
            parsed.GetValue(findLearningRate))));
        return command;
    }

    private static Option<T> WholeNumber<T>(string name, string description, ulong least, ulong most, Func<ulong, T> convert) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            if (ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return convert(number);
            result.AddError($"{name} takes a whole number from {least} to {most}, not '{result.Tokens[0].Value}'.");
            return default!;
        },
    };
}
