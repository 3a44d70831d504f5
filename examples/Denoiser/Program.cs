using ModelGen.Data;
using ModelGen.Examples;
using ModelGen.Examples.Denoiser;
using ModelGen.Runs;
using TorchSharp;
using static TorchSharp.torch;

const int DrawnCount = 2000;

var folder = Path.Combine("runs", "denoiser");
var command = new RunCommand(
    "Trains a network with a module, a loss and a metric of this project's own to take the noise out of signals.",
    "signals",
    "FOLDER",
    "signals to learn from instead of drawn ones: a folder with samples.npy [samples, 1, 64] and targets.npy of the same shape, as NumPy "
        + "saves them",
    folder
);

return command.Run(args, (options, _, stop) =>
{
    var training = options.Of(SignalDenoiser.Training);
    using var session = new RunSession(options.Settings(folder, "denoiser.model.yaml", new("mean distance", "loss")), stop);
    var (signals, test) = options.Data is { } path ? TensorFiles.ReadNpy(path, stop) : (Signals.Draw(DrawnCount, seed: 1), null);
    using var data = SampleDataset.Create(signals, test, training.Validation.Fraction, session.Device);
    using var model = session.Create(static device => new SignalDenoiser(device));
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

    Compare(model, data);
    return true;
});

// The class with attributes is the same model: with the same weights it gives the same signals.
static void Compare(SignalDenoiser model, SampleDataset data)
{
    using var scope = NewDisposeScope();
    using var noGrad = no_grad();
    using var twin = new ClassDenoiser(model.Device);
    twin.load_state_dict(model.state_dict());
    using var held = data.Validation.Blocks(32).First();
    var isSame = model.call(held.Samples).allclose(twin.call(held.Samples), rtol: 0, atol: 0);
    Console.WriteLine(
        $"the model written as attributes has the {(model.Fingerprint == twin.Fingerprint ? "same" : "another")} fingerprint and gives "
            + $"{(isSame ? "the same" : "other")} signals"
    );
}
