using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Tuning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Tuning;

/// <summary>Which weights are trained, and what adapters compute.</summary>
public sealed class FineTuningTests : IDisposable
{
    private const int Rank = 2;

    private const double Tolerance = 1e-5;

    private readonly DisposeScope _scope;

    public FineTuningTests()
    {
        Libtorch.Load();
        manual_seed(5).Dispose();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    /// <summary>B is zero at the beginning, and with it the change, to the last bit.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnAdapterChangesNothingUntilItIsTrained(bool hasMagnitude)
    {
        using var model = new Small();
        var x = randn(4, 6);
        var before = model.call(x);

        new FineTuning { Adapter = Options(hasMagnitude) }.ApplyTo(model);

        var (wanted, found) = (before.data<float>().ToArray(), model.call(x).data<float>().ToArray());
        if (hasMagnitude)
        {
            // Divided by the norm and multiplied by it again.
            Assert.All(wanted.Zip(found), static pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        }
        else
        {
            Assert.Equal(wanted, found);
        }
    }

    /// <summary>y = x (W + s B A)ᵀ + b, and with a magnitude the rows scaled to m, computed in double precision.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void AnAdaptedLayerComputesTheFormula(bool hasMagnitude, bool isStabilised)
    {
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, Options(hasMagnitude) with { RankStabilised = isStabilised });
        var x = randn(4, 6);
        var scale = 3 / (isStabilised ? Math.Sqrt(Rank) : Rank);

        var changed = Doubles(layer.weight!) + (scale * Doubles(adapter.b).mm(Doubles(adapter.a)));
        if (adapter.magnitude is { } magnitude)
        {
            changed = changed * (Doubles(magnitude) / changed.pow(2).sum(1).sqrt()).unsqueeze(1);
        }

        var wanted = Doubles(x).mm(changed.t()) + Doubles(layer.bias!);
        Assert.True(allclose(wanted, Doubles(layer.call(x)), Tolerance, Tolerance));

        // The same with the change in the weight, and afterwards the weight as it was.
        var own = layer.weight!.data<float>().ToArray();
        using (LowRankAdapter.Merge(layer))
        {
            Assert.True(allclose(changed, Doubles(layer.weight!), Tolerance, Tolerance));
            Assert.True(allclose(wanted, Doubles(layer.call(x)), Tolerance, Tolerance));
        }

        Assert.Equal(own, layer.weight!.data<float>().ToArray());
    }

    /// <summary>Gradients against differences of the loss, where the norm of DoRA counts as a constant.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GradientsAreThoseOfTheFormula(bool hasMagnitude)
    {
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, Options(hasMagnitude));
        var x = randn(4, 6);
        layer.call(x).pow(2).sum().backward();

        var (w, bias, input) = (Doubles(layer.weight!), Doubles(layer.bias!), Doubles(x));
        var (a, b) = (Doubles(adapter.a), Doubles(adapter.b));
        var m = adapter.magnitude is null ? null : Doubles(adapter.magnitude);
        var norm = (w + (1.5 * b.mm(a))).pow(2).sum(1).sqrt();
        Check(adapter.a, a);
        Check(adapter.b, b);
        if (m is not null)
        {
            Check(adapter.magnitude!, m);
        }

        Assert.Null(layer.weight!.grad);

        double Loss()
        {
            var changed = w + (1.5 * b.mm(a));
            changed = m is null ? changed : changed * (m / norm).unsqueeze(1);
            return (input.mm(changed.t()) + bias).pow(2).sum().item<double>();
        }

        void Check(Parameter parameter, Tensor values)
        {
            const double step = 1e-5;
            var (flat, gradient) = (values.flatten(), parameter.grad!.flatten());
            for (var i = 0; i < flat.numel(); i++)
            {
                var own = flat[i].item<double>();
                flat[i] = tensor(own + step, ScalarType.Float64);
                var above = Loss();
                flat[i] = tensor(own - step, ScalarType.Float64);
                var below = Loss();
                flat[i] = tensor(own, ScalarType.Float64);
                Assert.Equal((above - below) / (2 * step), gradient[i].item<float>(), 1e-2);
            }
        }
    }

    /// <summary>Inputs are left out for A alone: the layer itself sees them all.</summary>
    [Fact]
    public void DropoutIsOfTheChangeAndOnlyInTraining()
    {
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, Options(false) with { Dropout = 0.5 });
        var x = randn(200, 6);
        layer.eval();
        var whole = layer.call(x);

        layer.train();
        var dropped = layer.call(x);

        Assert.False(allclose(whole, dropped));
        using (no_grad())
        {
            adapter.b.zero_();
        }

        var own = nn.functional.linear(x, layer.weight!, layer.bias);
        Assert.Equal(own.data<float>().ToArray(), layer.call(x).data<float>().ToArray());
    }

    /// <summary>A file of weights knows no adapters, and has what they have changed.</summary>
    [Fact]
    public void AFileOfWeightsHasTheChange()
    {
        using var folder = new TemporaryFolder();
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, Options(false));
        var changed = Doubles(layer.weight!) + (1.5 * Doubles(adapter.b).mm(Doubles(adapter.a)));

        new ModelWeights(layer, new WeightTable("modelgen", [new WeightLink("w", "weight", 0, 5)])).Save(folder["a.safetensors"]);

        using var file = Safetensors.Open(folder["a.safetensors"]);
        Assert.True(allclose(changed, Doubles(file.Read("w")), Tolerance, Tolerance));
    }

    [Fact]
    public void OnlyWhatIsAskedForIsTrained()
    {
        using var frozen = new Small();
        new FineTuning { Freeze = ["parts.0", "head.b*"] }.ApplyTo(frozen);
        Assert.Equal(["head.weight", "parts.1.bias", "parts.1.weight"], Trained(frozen));

        using var adapted = new Small();
        new FineTuning { Adapter = Options(false) with { On = ["parts.*"], AlsoTrain = ["head"] } }.ApplyTo(adapted);
        Assert.Equal(
            ["head.bias", "head.weight", "parts.0.adapter.a", "parts.0.adapter.b", "parts.1.adapter.a", "parts.1.adapter.b"],
            Trained(adapted)
        );
    }

    [Fact]
    public void WhatCoversNothingIsSaid()
    {
        using var model = new Small();

        Fails("'part' covers no weight of Small; it has ", new FineTuning { Freeze = ["part"] });
        Fails("'parts.2' covers no linear layer of Small; it has ", new FineTuning { Adapter = Options(false) with { On = ["parts.2"] } });
        Fails("All weights of Small are frozen, so that nothing is left to train.", new FineTuning { Freeze = ["*"] });

        void Fails(string message, FineTuning tuning)
        {
            using var model = new Small();
            Assert.StartsWith(message, Assert.Throws<ModelGenException>(() => tuning.ApplyTo(model)).Message, StringComparison.Ordinal);
        }
    }

    private static AdapterOptions Options(bool hasMagnitude) =>
        hasMagnitude ? new DoraOptions { Rank = Rank, Alpha = 3 } : new LoraOptions { Rank = Rank, Alpha = 3 };

    // With a change that is not zero.
    private static LowRankAdapter Adapted(Linear layer, AdapterOptions options)
    {
        LowRankAdapter.AddTo(layer, options.Rank, options.Scale, options.Dropout, options.HasMagnitude);
        var adapter = LowRankAdapter.AllOf(layer).Single();
        using var constant = no_grad();
        adapter.b.normal_();
        adapter.magnitude?.uniform_(1, 2);
        return adapter;
    }

    private static Tensor Doubles(Tensor x) => x.detach().to(ScalarType.Float64).clone();

    private static IEnumerable<string> Trained(nn.Module model) =>
        model.named_parameters().Where(static each => each.parameter.requires_grad).Select(static each => each.name).Order();

    private sealed class Small : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> _parts = nn.ModuleList(nn.Linear(6, 6), nn.Linear(6, 6));
        private readonly Linear _head = nn.Linear(6, 5);

        public Small()
            : base(nameof(Small))
        {
            register_module("parts", _parts);
            register_module("head", _head);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _head.call(_parts[1].call(_parts[0].call(input).relu())).MoveToOuterDisposeScope();
        }
    }
}
