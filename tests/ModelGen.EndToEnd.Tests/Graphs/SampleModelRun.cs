using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Graphs;

/// <summary>Runs a probed model of samples: everything that its class offers, and its training.</summary>
internal sealed class SampleModelRun(CompiledModel compiled, SampleModel model)
{
    private const int Batch = 3;

    private int _operations;

    // This thread's tensors: the process's also counts those that finalizers have yet to free.
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>Runs all of it and gives the number of operations whose result was as inferred.</summary>
    public int Check()
    {
        model.train();
        CheckCalls(Batch);
        model.eval();
        CheckCalls(Batch);
        CheckCalls(1);
        CheckTraining(compiled.Training!);
        return _operations;
    }

    private void CheckCalls(int batch)
    {
        var isTraining = model.training;
        using var scope = NewDisposeScope();
        var images = rand([batch, .. model.SampleShape]);
        var labels = model.ClassCount > 0 ? randint(model.ClassCount, batch, int64) : null;
        foreach (var (call, shapes) in Calls(model, images, labels))
        {
            ShapeProbe.Start(batch, 0);
            var before = Live;
            var results = call();
            Assert.Equal(before + results.Length, Live);
            Assert.Equal(shapes, results.Select(static result => result.shape));
            foreach (var result in results)
            {
                result.Dispose();
            }

            Assert.Equal(before, Live);
            Assert.Equal(isTraining, model.training);
            TakeProbe();
        }
    }

    /// <summary>What can be asked of a model, and the shapes of the answers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Samples that suit it, on its device.</param>
    /// <param name="labels">Their labels, where it has a condition.</param>
    public static IEnumerable<(Func<Tensor[]> Call, long[][] Shapes)> Calls(SampleModel model, Tensor images, Tensor? labels)
    {
        var (batch, device) = ((int)images.shape[0], images.device);
        if (model is LatentModel latentModel)
        {
            yield return (() => [model.Sample(batch, seed: 1, labels)], [images.shape]);
            int? label = labels is null ? null : model.ClassCount - 1;
            var (from, to) = (randn(latentModel.LatentSize, device: device), randn(latentModel.LatentSize, device: device));
            if (batch > 1)
            {
                yield return (() => [latentModel.Interpolate(from, to, batch, Interpolation.Spherical, label)], [images.shape]);
                yield return (() => [latentModel.Traverse(from, latentModel.LatentSize - 1, steps: batch, label: label)], [images.shape]);
            }
        }

        switch (model)
        {
            case Vae vae:
                long[] code = [batch, vae.LatentSize];
                var latents = randn(code, device: device);
                yield return (() => vae.Encode(images, labels) is var (mean, logVariance) ? [mean, logVariance] : [], [code, code]);
                yield return (() => [vae.DecodeParameters(latents, labels)], [images.shape]);
                yield return (() => [vae.Decode(latents, labels)], [images.shape]);
                yield return (() => [vae.Reconstruct(images, labels)], [images.shape]);
                yield return (
                    () => [vae.LogLikelihoodBound(images, draws: 2, seed: 1, labels)],
                    [
                        [batch],
                    ]
                );
                break;
            case Gan gan:
                var noise = randn(batch, gan.LatentSize, device: device);
                yield return (() => [gan.Generate(noise, labels)], [images.shape]);
                yield return (
                    () => [gan.Score(images, labels)],
                    [
                        [batch, 1],
                    ]
                );
                break;
            case VqVae codes:
                long[] grid = [batch, .. codes.GridShape];
                var drawn = randint(codes.CodeCount, grid, int64, device);
                yield return (() => [codes.Encode(images, labels)], [grid]);
                yield return (() => [codes.Decode(drawn, labels)], [images.shape]);
                yield return (() => [codes.Reconstruct(images, labels)], [images.shape]);
                break;
            default:
                throw new InvalidOperationException($"What a {model.GetType().BaseType!.Name} can be asked is not written here yet.");
        }
    }

    private void CheckTraining(TrainingOptions options)
    {
        if (model is VqVae codes)
        {
            CheckDrawnCodes(codes);
        }

        var before = Live;
        using (var data = RandomSamples.For(model, options.BatchSize))
        {
            var objective = model.CreateObjective(data);
            ShapeProbe.Start(options.BatchSize, 0);
            CheckGradients(objective, options);
            using (var trainer = new Trainer(objective, options, seed: 1) { ReportEvery = 1 })
            {
                Assert.Equal(TrainingOutcome.Finished, trainer.Run().Outcome);
            }

            TakeProbe();
        }

        Assert.Equal(before, Live);
        CheckFinite(model.named_parameters().Select(static entry => (entry.name, (Tensor?)entry.parameter)));
    }

    private void CheckDrawnCodes(VqVae codes)
    {
        using var data = RandomSamples.For(model, Batch);
        var before = Live;
        codes.FitPrior(data);
        using (var labels = codes.ClassCount > 0 ? randint(codes.ClassCount, Batch, int64) : null)
        using (var images = codes.Sample(Batch, seed: 1, labels))
        {
            Assert.Equal([Batch, .. codes.SampleShape], images.shape);
        }

        Assert.Equal(before, Live);
    }

    // Each parameter belongs to one phase of a step, whose loss has a gradient for it.
    private void CheckGradients(Objective objective, TrainingOptions options)
    {
        model.train();
        var phases = objective.Plan(options).Phases;
        Assert.Equal(
            model.named_parameters().Select(static entry => entry.parameter.Handle).Distinct().Order(),
            phases.SelectMany(static phase => phase.Parameters).Select(static entry => entry.Value.Handle).Order()
        );
        for (var phase = 0; phase < phases.Count; phase++)
        {
            var before = Live;
            model.zero_grad();
            using (var loss = objective.Loss(new TrainingStep(objective.Plan(options), phase, Repetition: 0, Seed: 1, Step: 0)))
            {
                Assert.Equal(before + 1 + loss.Parts.Count, Live);
                loss.Total.backward();
            }

            Assert.Equal(before, Live);
            using var scope = NewDisposeScope();

            // An expert to which nothing goes does not run.
            CheckFinite(
                phases[phase]
                    .Parameters.Select(static entry => (entry.Name, entry.Value.grad))
                    .Where(static entry => entry.grad is not null || !entry.Name.Contains(".experts.", StringComparison.Ordinal))
            );
        }

        model.zero_grad();
    }

    private static void CheckFinite(IEnumerable<(string Name, Tensor? Value)> tensors)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            "",
            string.Join(
                ", ",
                tensors
                    .Where(static tensor => tensor.Value?.isfinite().all().item<bool>() != true)
                    .Select(static tensor => $"{tensor.Name} is {(tensor.Value is null ? "missing" : "not finite")}")
            )
        );
    }

    private void TakeProbe()
    {
        Assert.Equal([], ShapeProbe.Found);
        Assert.NotEqual(0, ShapeProbe.Count);
        _operations += ShapeProbe.Count;
    }
}
