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
    var training = options.Of(WaveClassifier.Training);
    using var session = new RunSession(options.Settings(folder, "waves.model.yaml", new("nats per signal", "loss")), stop);
    var (signals, test) = options.Data is { } path ? TensorFiles.ReadNpy(path, stop) : (Wave.Draw(DrawnCount, seed: 1), null);
    using var data = SampleDataset.Create(signals, test, training.Validation.Fraction, session.Device);
    using var model = session.Create(static device => new WaveClassifier(device));
    var objective = model.CreateObjective(data);
    if (options.FindLearningRate)
    {
        session.FindLearningRate(objective, training, (int?)options.Steps);
        return true;
    }

    if (!session.Train(objective, training) || !session.Evaluate())
    {
        return false;
    }

    Ask(model, data);
    return true;
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
