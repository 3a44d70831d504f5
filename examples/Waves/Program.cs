using System.Globalization;
using ModelGen.Data;
using ModelGen.Examples;
using ModelGen.Examples.Waves;
using ModelGen.Runs;
using TorchSharp;
using static TorchSharp.torch;

const int DrawnCount = 4000,
    ShownCount = 8;

var folder = Path.Combine("runs", "waves");
var command = new RunCommand(
    "Trains a network to tell which kind of wave a short, noisy signal is, and shows its answers for held-back signals.",
    "signals",
    "FOLDER",
    "signals to learn from instead of drawn ones: a folder with samples.npy [samples, 1, 128] and labels.npy [samples], from 0 to "
        + "3, as NumPy saves them",
    folder
);

return command.Run(args, (options, _, stop) =>
{
    var run = new NetworkRun<WaveClassifier>
    {
        Create = static device => new WaveClassifier(device),
        Training = options.Of(WaveClassifier.Training),
        ReadData = (model, _, cancellation) =>
        {
            var (signals, test) = options.Data is { } path
                ? TensorFiles.ReadNpy(path, cancellation)
                : (Wave.Draw(DrawnCount, seed: 1), null);
            return SampleDataset.Create(signals, test, WaveClassifier.Training.Validation.Fraction, model.Device);
        },
        CreateObjective = static (model, data) => model.CreateObjective(data),
        OnFinished = Ask,
    };
    return options.Execute(run, options.Settings(folder, "waves.model.yaml"), stop);
});

// Prints the network's answers for the first held-back signals.
static void Ask(WaveClassifier model, SampleDataset data)
{
    using var scope = NewDisposeScope();
    using var noGrad = no_grad();
    model.eval();
    using var held = data.Validation.Blocks(ShownCount).First();
    var chances = nn.functional.softmax(model.call(held.Samples), dim: 1).cpu();
    var (likeliest, said) = chances.max(dim: 1);
    for (var signal = 0; signal < held.Samples.size(0); signal++)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"a {data.Classes[(int)held.Labels![signal].item<long>()]} wave: {data.Classes[(int)said[signal].item<long>()]}, "
                    + $"{likeliest[signal].item<float>():P0} sure"
            )
        );
    }
}
