using ModelGen.Data;
using ModelGen.EndToEnd.Tests.Generated;
using ModelGen.Losses;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>A module and a loss of the user's own in a spec: part of the model in every respect, and held to what the spec says.</summary>
public sealed class OwnModuleTests
{
    private const string Space = "ModelGen.EndToEnd.Tests.Layers.";

    private static string Spec(string layer, string more = "") =>
        $"model: M\nfamily: network\ndata: {{ tensor: [3, 4] }}\nnetwork: [{{ linear: 4 }}, {{ module: {layer} }}, flatten, {{ linear: 2 }}]\n{more}";

    [Fact]
    public void ItsParametersArePartOfTheModel()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Spec($"{{ type: {Space}Scale, arguments: [2.5] }}")).Create();

        Assert.Contains("module.factor", model.state_dict().Keys);
        using var output = ((Network)model).call(ones(2, 3, 4));
        Assert.Equal([2, 2], output.shape);
        Assert.Equal(2.5f, model.state_dict()["module.factor"].item<float>());
    }

    [Fact]
    public void ItTrainsByALossOfTheUsersOwn()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var compiled = SpecAssembly.Compile(
            Spec(
                $"{{ type: {Space}Scale, arguments: [1] }}",
                $"objective: {{ loss: {{ type: {Space}PowerLoss, arguments: [4] }} }}\ntraining: {{ optimizer: {{ adam: 1e-2 }}, batch: 4, "
                    + "duration: 60 steps, validation: { fraction: 0.25 } }\n"
            )
        );
        using var model = (Network)compiled.Create();
        var samples = new TensorCollection(
            [.. Enumerable.Range(0, 16 * 12).Select(static i => MathF.Sin(i))],
            [3, 4],
            targets: [.. Enumerable.Range(0, 16 * 2).Select(static i => MathF.Cos(i))],
            targetShape: [2]
        );
        using var data = SampleDataset.Create(samples, samples, 0.25);
        var objective = compiled.CreateObjective(model, data);

        var before = objective.Validate(4);
        var started = model.state_dict()["module.factor"].item<float>();
        Assert.Equal(["loss", "largest"], before.Select(static metric => metric.Name));

        using (var trainer = new Trainer(objective, compiled.Training!, seed: 1))
        {
            trainer.Run();
        }

        Assert.NotEqual(started, model.state_dict()["module.factor"].item<float>());
        Assert.True(objective.Validate(4)[0].Value < before[0].Value);
    }

    [Fact]
    public void AResultOfAnotherShapeIsToldWithTheSpecsLine()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Spec($"{{ type: {Space}Scale, arguments: [1], output: [3, 5] }}")).Create();

        var exception = Assert.Throws<ModelGenException>(() => ((Network)model).call(ones(2, 3, 4)));
        Assert.Equal(
            "test.model.yaml(4): the module Scale gives Float32 [2, 3, 4] for an input of [2, 3, 4], but its 'output' says [2, 3, 5] of "
                + "floating-point numbers; correct 'output' or the module.",
            exception.Message
        );
    }

    // A module may give its input back: the model disposes both.
    [Fact]
    public void AModuleMayGiveItsInput()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly.Compile(Spec($"{{ type: {Space}Same }}")).Create();
        using var output = ((Network)model).call(ones(2, 3, 4));

        Assert.Equal([2, 2], output.shape);
    }

    [Fact]
    public void UnderNextTokenItMustBeCausal()
    {
        const string Head = "model: M\nfamily: transformer\ndata: { tokens: { context: 8 } }\nobjective: next-token\n";
        var assembly = new SpecAssembly();

        Assert.Contains(
            "not causal",
            Assert.Single(assembly.Add($"{Head}network: [embed: 4, {{ module: {{ type: {Space}Same }} }}, unembed]\n")),
            StringComparison.Ordinal
        );
        Assert.Empty(
            assembly.Add($"{Head}network: [embed: 4, {{ module: {{ type: {Space}Same, output: [T, 4], causal: true }} }}, unembed]\n")
        );
        using var scope = NewDisposeScope();
        using var model = (LanguageModel)assembly.Load()[0].Create();
        Assert.Equal([2, 5, 256], model.call(zeros([2, 5], ScalarType.Int64)).shape);
    }
}

/// <summary>Multiplies by a number that it learns.</summary>
public sealed class Scale : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Parameter _factor;

    /// <summary>Makes it.</summary>
    public Scale(double start)
        : base(nameof(Scale))
    {
        _factor = nn.Parameter(torch.tensor((float)start));
        register_parameter("factor", _factor);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input * _factor;
}

/// <summary>Gives its input.</summary>
public sealed class Same() : nn.Module<Tensor, Tensor>(nameof(Same))
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input;
}

/// <summary>The mean of |output − target| to a power.</summary>
public sealed record PowerLoss(double Power) : SupervisedLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor output, Tensor target) => (output - target).abs().pow(Power).mean([1]);

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Tensor PerSample)> Figures(Tensor output, Tensor target) =>
        [("largest", (output - target).abs().amax([1]))];
}
