using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Tuning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Tuning;

/// <summary>Adapters on weights that are kept as int8.</summary>
public sealed class QuantisedBaseTests : IDisposable
{
    private const int Rank = 2;
    private const double Scale = 1.5;

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope;

    public QuantisedBaseTests()
    {
        Libtorch.Load();
        manual_seed(7).Dispose();
        _scope = NewDisposeScope();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>By the formula, in double precision, row by row: the largest number of a row is 127 steps, and none is off by more than
    /// half a step.</summary>
    [Fact]
    public void NoWeightIsOffByMoreThanHalfAStep()
    {
        using var layer = nn.Linear(33, 20);
        using (no_grad())
        {
            layer.weight!.copy_(randn(20, 33) * exp(randn(20, 1) * 4));
            layer.weight!.narrow(0, 3, 1).zero_();
        }

        var own = layer.weight!.data<float>().ToArray();
        var quantised = Quantised(Adapted(layer, hasMagnitude: false));

        var (numbers, scales) = (quantised.weight.data<sbyte>().ToArray(), quantised.scale.data<float>().ToArray());
        var restored = quantised.With(static weight => weight.clone()).data<float>().ToArray();
        for (var i = 0; i < 20; i++)
        {
            var row = own.AsSpan(i * 33, 33).ToArray();
            var step = row.Max(static w => Math.Abs((double)w)) / 127;
            Assert.Equal(i == 3 ? 0 : 127, numbers.AsSpan(i * 33, 33).ToArray().Max(static q => Math.Abs((int)q)));
            Assert.InRange(scales[i], step * (1 - 1e-6), i == 3 ? 1 : step * (1 + 1e-6));
            for (var k = 0; k < 33; k++)
            {
                var at = (i * 33) + k;
                Assert.Equal((double)scales[i] * numbers[at], restored[at], 1e-6 * Math.Abs(row[k]));
                Assert.InRange(Math.Abs(own[at] - restored[at]), 0, step * 0.5 * (1 + 1e-4));
            }
        }

        Assert.Equal([20L, 0], layer.weight!.shape);
    }

    /// <summary>The same twice, and the memory of the weight is free: int8, a scale and a hash remain.</summary>
    [Fact]
    public void AQuarterOfTheMemoryRemains()
    {
        using var one = nn.Linear(64, 48);
        using var other = nn.Linear(64, 48);
        using (no_grad())
        {
            other.weight!.copy_(one.weight!);
        }

        var bytes = one.weight!.numel() * 4;
        var quantised = Quantised(Adapted(one, hasMagnitude: false));
        var again = Quantised(Adapted(other, hasMagnitude: false));

        Assert.Equal(quantised.weight.data<sbyte>().ToArray(), again.weight.data<sbyte>().ToArray());
        Assert.Equal(quantised.scale.data<float>().ToArray(), again.scale.data<float>().ToArray());
        Assert.Equal(
            (bytes / 4) + (48 * 4) + 32,
            quantised.named_buffers().Sum(static entry => entry.buffer.numel() * entry.buffer.element_size())
        );
        Assert.Equal(0, one.weight!.numel());
    }

    /// <summary>
    /// Outputs and all gradients, within 1e-6 of what libtorch computes with the restored weights as ordinary ones; dropout draws the same.
    /// </summary>
    [Theory]
    [InlineData(false, true, 0)]
    [InlineData(false, false, 0.3)]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 0.3)]
    public void ItComputesWhatAFloatLayerWithTheRestoredWeightsDoes(bool hasMagnitude, bool hasBias, double dropout)
    {
        using var layer = nn.Linear(6, 5, hasBias);
        using var plain = nn.Linear(6, 5, hasBias);
        var adapter = Adapted(layer, hasMagnitude, dropout);
        using (no_grad())
        {
            plain.weight!.copy_(Quantised(adapter).With(static weight => weight.clone()));
            plain.bias?.copy_(layer.bias!);
        }

        LowRankAdapter.AddTo(plain, Rank, Scale, dropout, hasMagnitude);
        var wanted = LowRankAdapter.AllOf(plain).Single();
        using (no_grad())
        {
            foreach (var (name, parameter) in wanted.named_parameters())
            {
                parameter.copy_(adapter.get_parameter(name)!);
            }
        }

        layer.train();
        plain.train();
        foreach (var shape in new long[][] { [4, 6], [2, 3, 6], [6] })
        {
            var (x, y) = (randn(shape).requires_grad_(), empty(0));
            var x2 = x.detach().clone().requires_grad_();
            manual_seed(11).Dispose();
            var found = layer.call(x);
            manual_seed(11).Dispose();
            y = plain.call(x2);
            var weights = randn(y.shape);
            (found * found * weights).sum().backward();
            (y * y * weights).sum().backward();

            AssertClose(y, found);
            AssertClose(x2.grad!, x.grad!);
            foreach (var (name, parameter) in wanted.named_parameters())
            {
                AssertClose(parameter.grad!, adapter.get_parameter(name)!.grad!);
            }

            if (hasBias)
            {
                AssertClose(plain.bias!.grad!, layer.bias!.grad!);
            }
        }
    }

    /// <summary>The input's gradient against differences of the loss, computed in double precision from the numbers and scales.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheInputsGradientIsThatOfTheLoss(bool hasMagnitude)
    {
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, hasMagnitude);
        var x = randn(3, 6).requires_grad_();
        layer.call(x).pow(2).sum().backward();

        var quantised = Quantised(adapter);
        var changed =
            (Doubles(quantised.weight) * Doubles(quantised.scale).unsqueeze(1)) + (Scale * Doubles(adapter.b).mm(Doubles(adapter.a)));
        if (adapter.magnitude is { } magnitude)
        {
            changed = changed * (Doubles(magnitude) / changed.pow(2).sum(1).sqrt()).unsqueeze(1);
        }

        var (input, bias) = (Doubles(x).flatten(), Doubles(layer.bias!));
        for (var i = 0; i < input.numel(); i++)
        {
            var own = input[i].item<double>();
            var above = Loss(own + 1e-4);
            var below = Loss(own - 1e-4);
            input[i] = tensor(own, ScalarType.Float64);
            Assert.Equal((above - below) / 2e-4, x.grad!.flatten()[i].item<float>(), 1e-4);

            double Loss(double value)
            {
                input[i] = tensor(value, ScalarType.Float64);
                return (input.view(3, 6).mm(changed.t()) + bias).pow(2).sum().item<double>();
            }
        }
    }

    /// <summary>As a penalty on gradients needs it: the gradient of ‖∂/∂x Σ y²‖², against that of the float layer.</summary>
    [Fact]
    public void AGradientHasAGradient()
    {
        using var layer = nn.Linear(6, 5);
        using var plain = nn.Linear(6, 5);
        var adapter = Adapted(layer, hasMagnitude: false);
        using (no_grad())
        {
            plain.weight!.copy_(Quantised(adapter).With(static weight => weight.clone()) + (Scale * adapter.b.mm(adapter.a)));
            plain.bias!.copy_(layer.bias!);
        }

        var x = randn(4, 6).requires_grad_();
        AssertClose(Twice(plain), Twice(layer), 1e-4);

        Tensor Twice(Linear each)
        {
            var y = each.call(x).pow(2).sum();
            var first = autograd.grad([y], [x], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.pow(3).sum()], [x])[0];
        }
    }

    /// <summary>Where backward computes a part again, the gradients are the same to the byte.</summary>
    [Fact]
    public void WithinARecomputedPartTheGradientsAreTheSame()
    {
        using var model = Trained(hasMagnitude: true);
        var x = randn(4, 6).requires_grad_();
        var plain = Gradients(() => model.call(x));
        Assert.Equal(plain, Gradients(() => Recompute.Call(model, x)));
        Assert.Equal(7, plain.Count);

        List<string> Gradients(Func<Tensor> compute)
        {
            compute().pow(2).sum().backward();
            Tensor[] all = [x, .. model.parameters().Where(static each => each.requires_grad)];
            List<string> bytes = [.. all.Select(static each => Convert.ToHexString(each.grad!.contiguous().bytes))];
            foreach (var each in all)
            {
                each.grad = null;
            }

            return bytes;
        }
    }

    /// <summary>A hook of another class sees what the layer was given, though the layer is called with nothing.</summary>
    [Fact]
    public void HooksCanTellTheInput()
    {
        using var model = Trained(hasMagnitude: false);
        var (x, seen) = (randn(4, 6), new List<float[]>());
        using var hidden = model.Hidden.call(x).relu();
        model.Head.register_forward_hook(
            (module, input, output) =>
            {
                seen.Add(LowRankAdapter.InputOf(module, input).data<float>().ToArray());
                return output;
            }
        );

        model.call(x);
        using (LowRankAdapter.Merge(model))
        {
            model.Head.call(hidden);
        }

        Assert.Equal([hidden.data<float>().ToArray(), hidden.data<float>().ToArray()], seen);
    }

    /// <summary>Two threads at once compute what each computes alone.</summary>
    [Fact]
    public void ThreadsDoNotDisturbEachOther()
    {
        using var model = Trained(hasMagnitude: true);
        var inputs = Enumerable.Range(0, 4).Select(static _ => randn(64, 6)).ToList();
        var wanted = inputs.Select(x => Computed(model, x)).ToList();

        for (var repetition = 0; repetition < 20; repetition++)
        {
            var found = new string[inputs.Count];
            Parallel.For(0, inputs.Count, i => found[i] = Computed(model, inputs[i]));
            Assert.Equal(wanted, found);
        }

        static string Computed(Pair model, Tensor x)
        {
            using var scope = NewDisposeScope();
            var input = x.detach().clone().requires_grad_();
            var y = model.call(input);
            var gradient = autograd.grad([y.pow(2).sum()], [input])[0];
            return Convert.ToHexString(cat([y.detach(), gradient], 1).contiguous().bytes);
        }
    }

    /// <summary>Steps of an optimizer change A and B and not a bit of the base, and leave no tensors behind.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainingWritesNothingIntoTheBase(bool hasMagnitude)
    {
        using var model = new Pair();
        var x = randn(8, 6);
        var target = randn(8, 3);
        new FineTuning { Adapter = Options(hasMagnitude) }.ApplyTo(model);
        var kept = Bytes(model);
        using var optimizer = optim.SGD(model.parameters().Where(static each => each.requires_grad), 0.2);
        var (losses, live) = (new List<float>(), new List<long>());
        for (var i = 0; i < 30; i++)
        {
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(model.call(x), target);
                loss.backward();
                optimizer.step();
                losses.Add(loss.item<float>());
            }

            // Without the gradient that the last function of backward has given to libtorch.
            ReturnedGradients.Current.Free();
            live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.InRange(losses[^1], 0, losses[0] * 0.95f);
        Assert.Equal(kept, Bytes(model));
        Assert.Single(live.Skip(2).Distinct());
    }

    /// <summary>Merged, the weight is that which the layer computes with, and afterwards it is int8 alone again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MergedItComputesTheSame(bool hasMagnitude)
    {
        using var layer = nn.Linear(6, 5);
        var adapter = Adapted(layer, hasMagnitude);
        var x = randn(4, 6);
        var wanted = layer.call(x);

        using (LowRankAdapter.Merge(layer))
        {
            Assert.Equal([5L, 6], layer.weight!.shape);
            AssertClose(wanted, layer.call(x), 1e-5);
            AssertClose(wanted, nn.functional.linear(x, layer.weight!, layer.bias), 1e-5);
        }

        Assert.Equal([5L, 0], layer.weight!.shape);
        Assert.Equal(wanted.data<float>().ToArray(), layer.call(x).data<float>().ToArray());
        Assert.NotNull(adapter);
    }

    /// <summary>The file is that of the float base: it has nothing of int8, and the hash of the weights that the training started from.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheAdapterFileBelongsToTheFloatBase(bool hasMagnitude)
    {
        using var trained = Trained(hasMagnitude);
        var x = randn(5, 6);
        AdapterFile.Write(_folder["adapter"], trained, Options(hasMagnitude));
        using var merged = new Pair();
        using var added = new Pair();
        using (var file = AdapterFile.Open(_folder["adapter"]))
        {
            file.MergeInto(merged);
            file.AddTo(added);
            Assert.Equal("Int8", file.Metadata["adapter.base"]);
        }

        using (var file = Safetensors.Open(_folder["adapter"]))
        {
            Assert.All(file.Entries, static entry => Assert.Equal(SafetensorsType.Float32, entry.Value.Type));
            Assert.Equal(
                hasMagnitude ? 8 : 6,
                file.Entries.Keys.Count(static name => name.Contains(".adapter.", StringComparison.Ordinal))
            );
        }

        // Half a step of the weights apart, at most.
        trained.eval();
        var bound = Bound(trained, x);
        var differences = (merged.call(x) - trained.call(x)).abs();
        AssertClose(merged.call(x), added.call(x), 1e-5);
        if (!hasMagnitude)
        {
            Assert.InRange(differences.max().item<float>(), 1e-6, bound);
        }

        using var other = new Pair();
        using (no_grad())
        {
            other.state_dict()["head.weight"][0, 0].neg_();
        }

        using var again = AdapterFile.Open(_folder["adapter"]);
        Assert.StartsWith(
            $"The adapters in '{again.Path}' were trained on weights with the SHA-256 {again.BaseHash}",
            Assert.Throws<ModelGenException>(() => again.MergeInto(other)).Message
        );
    }

    [Fact]
    public void WhatCannotBeKeptAsInt8IsSaid()
    {
        using var endless = new Pair();
        using (no_grad())
        {
            endless.state_dict()["head.weight"][0, 0].fill_(float.PositiveInfinity);
        }

        Assert.Equal(
            "The weight 'head.weight' of Pair cannot be kept as int8, because it has numbers that are not finite; start from other weights.",
            Fails(endless, Options(false))
        );

        using var tied = new Pair(isTied: true);
        Assert.Equal(
            "The weight 'head.weight' of Pair cannot be kept as int8, because it is also 'hidden.weight'; adapt other layers, or keep the "
                + "base as float32.",
            Fails(tied, Options(false) with { On = ["head"] })
        );

        using var none = new Flat();
        Assert.Equal(
            "Flat has no linear layer whose weight could be kept as int8; leave 'base' out.",
            Fails(none, Options(false) with { AlsoTrain = ["*"] })
        );

        static string Fails(nn.Module model, AdapterOptions adapter) =>
            Assert.Throws<ModelGenException>(() => new FineTuning { Adapter = adapter }.ApplyTo(model)).Message;
    }

    private static AdapterOptions Options(bool hasMagnitude) =>
        hasMagnitude
            ? new DoraOptions
            {
                Rank = Rank,
                Alpha = Rank * Scale,
                Base = BaseFormat.Int8,
            }
            : new LoraOptions
            {
                Rank = Rank,
                Alpha = Rank * Scale,
                Base = BaseFormat.Int8,
            };

    // With a change that is not zero.
    private static LowRankAdapter Adapted(Linear layer, bool hasMagnitude, double dropout = 0)
    {
        LowRankAdapter.AddTo(layer, Rank, Scale, dropout, hasMagnitude, new RestoredMatrices());
        var adapter = LowRankAdapter.AllOf(layer).Single();
        using var constant = no_grad();
        adapter.b.normal_();
        adapter.magnitude?.mul_(1.25);
        return adapter;
    }

    private static QuantisedWeight Quantised(LowRankAdapter adapter) => adapter.modules().OfType<QuantisedWeight>().Single();

    private static Pair Trained(bool hasMagnitude)
    {
        var model = new Pair();
        new FineTuning { Adapter = Options(hasMagnitude) }.ApplyTo(model);
        using var constant = no_grad();
        foreach (var weight in model.parameters().Where(static weight => weight.requires_grad))
        {
            weight.add_(randn_like(weight));
        }

        return model;
    }

    // How far half a step of every weight can move an output: through the head, and through what the hidden layer feeds it.
    private static float Bound(Pair model, Tensor x)
    {
        using var constant = no_grad();
        var (hidden, head) = (model.Hidden, model.Head);
        var inner = Quantised(LowRankAdapter.AllOf(hidden).Single()).scale / 2 * x.abs().sum(1, keepdim: true);
        var features = hidden.call(x).relu().abs() + inner;
        var outer = Quantised(LowRankAdapter.AllOf(head).Single()).scale / 2 * features.sum(1, keepdim: true);
        Tensor through;
        using (LowRankAdapter.Merge(model))
        {
            through = inner.mm(head.weight!.abs().t());
        }

        return (outer + through).max().item<float>() * 1.001f;
    }

    private static List<(string, string)> Bytes(nn.Module model) =>
        [
            .. model
                .named_buffers()
                .Where(static entry => entry.name.Contains(".base.", StringComparison.Ordinal))
                .Select(static entry => (entry.name, Convert.ToHexString(entry.buffer.Sha256()))),
        ];

    private static Tensor Doubles(Tensor x) => x.detach().to(ScalarType.Float64);

    private static void AssertClose(Tensor wanted, Tensor found, double tolerance = 1e-6)
    {
        Assert.Equal(wanted.shape, found.shape);
        var most = (Doubles(wanted) - Doubles(found)).abs().max().item<double>();
        Assert.InRange(most, 0, tolerance * Math.Max(1, Doubles(wanted).abs().max().item<double>()));
    }

    private sealed class Flat : nn.Module<Tensor, Tensor>
    {
        private readonly LayerNorm _norm = nn.LayerNorm(6);

        public Flat()
            : base(nameof(Flat)) => register_module("norm", _norm);

        public override Tensor forward(Tensor x) => _norm.call(x);
    }

    private sealed class Pair : nn.Module<Tensor, Tensor>, IGeneratedModel
    {
        public Pair(bool isTied = false)
            : base(nameof(Pair))
        {
            manual_seed(3).Dispose();
            (Hidden, Head) = (nn.Linear(6, 6), nn.Linear(6, isTied ? 6 : 3));
            if (isTied)
            {
                Head.weight = Hidden.weight;
            }

            register_module("hidden", Hidden);
            register_module("head", Head);
        }

        public Linear Hidden { get; }

        public Linear Head { get; }

        public string Fingerprint => "12345678";

        public BatchSplit BatchSplit => BatchSplit.Whole;

        public long MultiplyAdds => 0;

        public long ActivationBytes => 0;

        public string SourceMap => "";

        public override Tensor forward(Tensor x) => Head.call(Hidden.call(x).relu());
    }
}
