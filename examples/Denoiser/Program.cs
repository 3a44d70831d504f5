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
    var run = new NetworkRun<SignalDenoiser>
    {
        Create = static device => new SignalDenoiser(device),
        Training = options.Of(SignalDenoiser.Training),
        ReadData = (model, _, cancellation) =>
        {
            var (signals, test) = options.Data is { } path
                ? TensorFiles.ReadNpy(path, cancellation)
                : (Signals.Draw(DrawnCount, seed: 1), null);
            return SampleDataset.Create(signals, test, SignalDenoiser.Training.Validation.Fraction, model.Device);
        },
        CreateObjective = static (model, data) => model.CreateObjective(data),
        OnFinished = Compare,
    };
    return options.Execute(run, options.Settings(folder, "denoiser.model.yaml"), stop);
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
