using ModelGen.Compiler.Language;
using ModelGen.Compiler.Words;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static ModelGen.EndToEnd.Tests.Layers.Windows;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Layers;

/// <summary>Every layer, generated, compiled and run, against its formula computed another way.</summary>
public class LayerValueTests(LayerValueTests.Models models) : IClassFixture<LayerValueTests.Models>
{
    private const int Batch = 2;
    private const int Length = 7;

    // The layers of the catalogue on their own examples are added to these; each name starts with the layer's word.
    private static readonly Dictionary<string, (string Data, string Layers)> Cases = new()
    {
        ["linear with bias"] = ("tensor: [3, 4]", "linear: 5"),
        ["linear with bias and spectral norm"] = ("tensor: [3, 4]", "linear: { features: 5, spectral-norm: true }"),
        ["conv 1"] = ("tensor: [4, 9]", "conv: { channels: 8, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 2, bias: false }"),
        ["conv 2"] = (
            "tensor: [4, 6, 5]",
            "conv: { channels: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }"
        ),
        ["conv 3"] = ("tensor: [2, 4, 5, 3]", "conv: { channels: 3, kernel: [2, 3, 1], stride: [1, 2, 1], padding: [0, 1, 1] }"),
        ["conv with bias and spectral norm"] = (
            "tensor: [4, 6, 5]",
            "conv: { channels: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2, spectral-norm: true }"
        ),
        ["conv-transpose 1"] = (
            "tensor: [4, 9]",
            "conv-transpose: { channels: 8, kernel: 4, stride: 3, padding: 1, dilation: 2, groups: 2, bias: false, output-padding: 1 }"
        ),
        ["conv-transpose 2"] = (
            "tensor: [4, 3, 4]",
            "conv-transpose: { channels: 6, kernel: [3, 2], stride: [2, 3], padding: [1, 0], dilation: [1, 2], groups: 2, "
                + "output-padding: [1, 2] }"
        ),
        ["conv-transpose 3"] = (
            "tensor: [2, 2, 3, 2]",
            "conv-transpose: { channels: 3, kernel: [2, 3, 1], stride: [3, 2, 1], padding: [0, 1, 0], output-padding: [2, 0, 0], "
                + "bias: false }"
        ),
        ["conv-transpose with bias and spectral norm"] = (
            "tensor: [2, 2, 3, 2]",
            "conv-transpose: { channels: 3, kernel: [2, 3, 1], stride: [3, 2, 1], padding: [0, 1, 0], output-padding: [2, 0, 0], "
                + "spectral-norm: true }"
        ),
        ["max-pool 2"] = ("tensor: [3, 5, 6]", "max-pool: { kernel: [3, 2], padding: [1, 0] }"),
        ["max-pool 3"] = ("tensor: [2, 4, 5, 3]", "max-pool: { kernel: [2, 3, 2], stride: [2, 1, 1], padding: [1, 1, 0] }"),
        ["average-pool 2"] = ("tensor: [3, 5, 6]", "average-pool: { kernel: [3, 2], stride: [1, 2], padding: [1, 1] }"),
        ["average-pool 3"] = ("tensor: [2, 4, 5, 3]", "average-pool: { kernel: [2, 3, 2], stride: [2, 1, 1], padding: [1, 1, 0] }"),
        ["global-pool average"] = ("tensor: [3, 4, 5]", "global-pool"),
        ["upsample nearest"] = ("tensor: [2, 3, 2]", "upsample: [2, 3]"),
        ["upsample bilinear"] = ("tensor: [2, 3, 2]", "upsample: { scale: [2, 3], mode: linear }"),
        ["upsample trilinear"] = ("tensor: [1, 2, 3, 2]", "upsample: { scale: [1, 2, 3], mode: linear }"),
        ["layer-norm of two axes"] = ("tensor: [3, 4, 5]", "layer-norm: { axes: 2 }"),
        ["group-norm of features"] = ("tensor: [6]", "group-norm: 3"),
        ["minibatch-deviation of features"] = ("tensor: [6]", "minibatch-deviation"),
        ["minibatch-deviation of images"] = ("tensor: [2, 3, 2]", "minibatch-deviation: 2"),
        ["batch-norm of features"] = ("tensor: [6]", "batch-norm"),
        ["batch-norm of images"] = ("image: [2, 3, 4]", "batch-norm"),
        ["batch-norm of volumes"] = ("tensor: [2, 3, 2, 2]", "batch-norm"),
        ["gated-linear with bias"] = ("tensor: [4]", "gated-linear: 3"),
        ["mixture-of-experts of one"] = ("tensor: [4]", "mixture-of-experts: { experts: 3, top-k: 1, layers: [linear: 5] }"),
        ["gelu exact"] = ("tensor: [9]", "gelu"),
        ["softmax last"] = ("tensor: [3, 4]", "softmax"),
        ["self-attention causal"] = ("tensor: [5, 8]", "self-attention: { heads: 2, causal: true, bias: false }"),
        ["self-attention both ways"] = ("tensor: [5, 8]", "self-attention: 4"),
        ["self-attention of one key"] = ("tensor: [5, 6]", "self-attention: { heads: 3, key-value-heads: 1, window: 2 }"),
        ["self-attention by distance"] = ("tensor: [5, 6]", "self-attention: { heads: 3, positions: alibi }"),
        ["self-attention by distance in a window"] = (
            "tensor: [5, 8]",
            "self-attention: { heads: 4, key-value-heads: 2, positions: alibi, causal: true, window: 2, query-key-norm: true }"
        ),
        ["self-attention of neighbours"] = (
            "tensor: [5, 8]",
            "self-attention: { heads: 2, causal: true, positions: { rotary: { pairs: neighbours, base: 50, scaling: 2 } } }"
        ),
        ["self-attention far away"] = (
            "tensor: [5, 8]",
            "self-attention: { heads: 2, positions: { rotary: { base: 50, scaling: { factor: 2, method: ntk } } } }"
        ),
        ["sequence-pool of the mean"] = ("tensor: [5, 3]", "sequence-pool"),
        ["sequence-pool of the first"] = ("tensor: [5, 2, 3]", "sequence-pool: first"),
        ["embed learned"] = ("tokens: { context: 12 }", "embed: 6"),
        ["embed alone"] = ("tokens: { context: 12 }", "embed: { width: 5, positions: none }"),
        ["unembed tied"] = ("tokens: { context: 12 }", "embed: 8, unembed"),
    };

    public static IEnumerable<object[]> Names =>
        Cases.Keys.Concat(OfOneTensor.Select(static layer => layer.Word)).Select(static name => new object[] { name });

    // Those of several tensors are compared with the interpreter of graphs.
    private static IEnumerable<Layer> OfOneTensor => Catalogue.Of<Layer>().Where(static layer => layer.ExampleSides.Length == 0);

    [Theory]
    [MemberData(nameof(Names))]
    public void ALayerComputesItsFormula(string name)
    {
        using var scope = NewDisposeScope();
        using var model = models[name].Create();
        var s = RandomState(model);
        var x = models[name].Input(Batch, Length);

        // With dropout, what is dropped is another test's matter.
        model.eval();
        Close(Expected(name, x, s), model.call(x));
    }

    [Theory]
    [InlineData("batch-norm")]
    [InlineData("batch-norm of features")]
    [InlineData("batch-norm of images")]
    [InlineData("batch-norm of volumes")]
    public void BatchNormInTrainingTakesTheBatchsOwnFiguresAndKeepsThem(string name)
    {
        using var scope = NewDisposeScope();
        using var model = models[name].Create();
        var s = RandomState(model);
        var (epsilon, momentum) = name == "batch-norm" ? (1e-4, 0.2) : (1e-5, 0.1);
        var (oldMean, oldVariance) = (s("batch_norm.running_mean").clone(), s("batch_norm.running_var").clone());
        var x = models[name].Input(5, 0);
        long[] axes = [0, .. Enumerable.Range(2, (int)x.dim() - 2).Select(static axis => (long)axis)];

        model.train();
        var y = model.call(x);

        var mean = x.mean(axes);
        var variance = (x - ByChannel(mean, x)).square().mean(axes);
        Close(
            ((x - ByChannel(mean, x)) / (ByChannel(variance, x) + epsilon).sqrt() * ByChannel(s("batch_norm.weight"), x))
                + ByChannel(s("batch_norm.bias"), x),
            y
        );
        var count = (double)x.numel() / x.shape[1];
        Close(((1 - momentum) * oldMean) + (momentum * mean), s("batch_norm.running_mean"));
        Close(((1 - momentum) * oldVariance) + (momentum * variance * (count / (count - 1))), s("batch_norm.running_var"));
    }

    // What power iteration tends to, from a decomposition.
    [Theory]
    [InlineData("linear", 0)]
    [InlineData("conv", 0)]
    [InlineData("conv with bias and spectral norm", 0)]
    [InlineData("conv-transpose", 1)]
    [InlineData("conv-transpose with bias and spectral norm", 1)]
    public void ASpectralNormInTrainingTendsToTheLargestSingularValue(string name, int axis)
    {
        // Two threads cost more than they bring with tensors this small.
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using var model = models[name].Create();
        var word = name.Split(' ')[0].Replace('-', '_');
        var s = RandomState(model);
        var x = models[name].Input(Batch, Length);
        model.train();
        for (var step = 0; step < 100; step++)
        {
            model.call(x).Dispose();
        }

        var y = model.call(x);

        var weight = s($"{word}.weight").clone();
        var largest = linalg.svd(weight.transpose(0, axis).flatten(1)).S.max();
        Close(Expected(name, x, entry => entry == $"{word}.weight" ? weight : s(entry), _ => largest), y);
    }

    [Fact]
    public void StateOfASpectralNormIsNamedAfterItsLayer()
    {
        using var scope = NewDisposeScope();
        using var model = SpecAssembly
            .Compile(
                """
                model: Critic
                family: network
                data: { tensor: [2, 8] }
                network:
                  - conv: { channels: 3, kernel: 3 }
                  - conv: { channels: 4, kernel: 3, spectral-norm: true }
                  - { conv-transpose: { channels: 5, kernel: 2, spectral-norm: true }, as: up }
                  - flatten
                  - linear: { features: 1, spectral-norm: true }

                """
            )
            .Create();
        Assert.Equal(
            [
                "conv.bias",
                "conv.weight",
                "conv2.bias",
                "conv2.weight",
                "conv2_norm.u",
                "conv2_norm.v",
                "linear.bias",
                "linear.weight",
                "linear_norm.u",
                "linear_norm.v",
                "up.bias",
                "up.weight",
                "up_norm.u",
                "up_norm.v",
            ],
            model.state_dict().Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [4, 9, 5, 8],
            new[] { "conv2_norm.u", "conv2_norm.v", "up_norm.u", "up_norm.v" }.Select(name => model.state_dict()[name].numel())
        );
        Assert.Equal(8, model.named_parameters().Count());
    }

    // libtorch itself ends the process here.
    [Theory]
    [InlineData("3, 4, 2", "3, 1, 2")]
    [InlineData("3, 4, 2, 2", "4, 1, 2, 3")]
    public void GroupNormLearnsFromDataWithTheChannelsLast(string shape, string order)
    {
        using var scope = NewDisposeScope();
        long[] axes = [0, .. order.Split(", ").Select(static axis => long.Parse(axis, System.Globalization.CultureInfo.InvariantCulture))];
        var permutation = string.Join(", ", axes.Skip(1).Select(static axis => axis - 1));
        var compiled = SpecAssembly.Compile(
            $"model: Example\nfamily: network\ndata: {{ tensor: [{shape}] }}\nnetwork: [{{ permute: [{permutation}] }}, {{ "
                + "group-norm: 1 }]\n"
        );
        using var model = compiled.Create();
        var x = compiled.Input(Batch, 0);
        var factors = randn_like(x).permute(axes);
        (model.call(x) * factors).sum().backward();

        var channels = Enumerable.Range(2, (int)x.dim() - 2).Prepend(0).Select(static axis => (long)axis).ToArray();
        var normalised = Normalised(x.permute(axes), 1e-5, [.. Enumerable.Range(1, (int)x.dim() - 1).Select(static axis => (long)axis)]);
        Close((normalised * factors).sum(channels), model.parameters().First().grad!);
        Close(factors.sum(channels), model.parameters().Last().grad!);
    }

    [Fact]
    public void DropoutInTrainingDropsItsShareAndScalesTheRest()
    {
        using var scope = NewDisposeScope();
        using var model = models["dropout"].Create();
        model.train();
        manual_seed(3);
        var y = model.call(ones(20_000, 6, 4)).flatten();

        var kept = y[y != 0];
        Assert.InRange(1 - (kept.numel() / (double)y.numel()), 0.097, 0.103);
        Close(full_like(kept, 1 / 0.9), kept);
    }

    [Fact]
    public void AttentionDropsWeightsInTrainingAlone()
    {
        using var scope = NewDisposeScope();
        using var model = models["self-attention"].Create();
        RandomState(model);
        var x = models["self-attention"].Input(Batch, 0);
        model.eval();
        Close(model.call(x), model.call(x));
        model.train();
        var (first, second) = (model.call(x), model.call(x));

        Assert.False(allclose(first, second));
    }

    private static Tensor Expected(string name, Tensor x, Func<string, Tensor> s, Func<string, Tensor>? spectralNorm = null)
    {
        var norm = spectralNorm ?? (layer => SpectralNorm(layer, s));
        switch (name)
        {
            case "add":
                return 2 * x;
            case "concat":
                return stack([x, x], 2).flatten(2, 3);
            case "linear":
                return einsum("bti,oi->bto", x, s("linear.weight")) / norm("linear");
            case "linear with bias":
                return einsum("bti,oi->bto", x, s("linear.weight")) + s("linear.bias");
            case "linear with bias and spectral norm":
                return (einsum("bti,oi->bto", x, s("linear.weight")) / norm("linear")) + s("linear.bias");
            case "conv":
                return Of(Convolve(Of(x), Of(s("conv.weight") / norm("conv")), null, [2], [1], [2], 2));
            case "conv with bias and spectral norm":
                return Of(Convolve(Of(x), Of(s("conv.weight") / norm("conv")), Of(s("conv.bias")), [2, 1], [1, 2], [1, 2], 2));
            case "conv 1":
                return Of(Convolve(Of(x), Of(s("conv.weight")), null, [2], [1], [2], 2));
            case "conv 2":
                return Of(Convolve(Of(x), Of(s("conv.weight")), Of(s("conv.bias")), [2, 1], [1, 2], [1, 2], 2));
            case "conv 3":
                return Of(Convolve(Of(x), Of(s("conv.weight")), Of(s("conv.bias")), [1, 2, 1], [0, 1, 1], [1, 1, 1], 1));
            case "conv-transpose":
                return Of(ConvolveTransposed(Of(x), Of(s("conv_transpose.weight") / norm("conv_transpose")), null, [3], [1], [2], [1], 2));
            case "conv-transpose with bias and spectral norm":
                return Of(
                    ConvolveTransposed(
                        Of(x),
                        Of(s("conv_transpose.weight") / norm("conv_transpose")),
                        Of(s("conv_transpose.bias")),
                        [3, 2, 1],
                        [0, 1, 0],
                        [1, 1, 1],
                        [2, 0, 0],
                        1
                    )
                );
            case "conv-transpose 1":
                return Of(ConvolveTransposed(Of(x), Of(s("conv_transpose.weight")), null, [3], [1], [2], [1], 2));
            case "conv-transpose 2":
                return Of(
                    ConvolveTransposed(
                        Of(x),
                        Of(s("conv_transpose.weight")),
                        Of(s("conv_transpose.bias")),
                        [2, 3],
                        [1, 0],
                        [1, 2],
                        [1, 2],
                        2
                    )
                );
            case "conv-transpose 3":
                return Of(ConvolveTransposed(Of(x), Of(s("conv_transpose.weight")), null, [3, 2, 1], [0, 1, 0], [1, 1, 1], [2, 0, 0], 1));
            case "max-pool":
                return Of(Pool(Of(x), [3], [2], [1], double.NegativeInfinity, static window => window.Max()));
            case "max-pool 2":
                return Of(Pool(Of(x), [3, 2], [3, 2], [1, 0], double.NegativeInfinity, static window => window.Max()));
            case "max-pool 3":
                return Of(Pool(Of(x), [2, 3, 2], [2, 1, 1], [1, 1, 0], double.NegativeInfinity, static window => window.Max()));
            case "average-pool":
                return Of(Pool(Of(x), [3], [2], [1], 0, static window => window.Average()));
            case "average-pool 2":
                return Of(Pool(Of(x), [3, 2], [1, 2], [1, 1], 0, static window => window.Average()));
            case "average-pool 3":
                return Of(Pool(Of(x), [2, 3, 2], [2, 1, 1], [1, 1, 0], 0, static window => window.Average()));
            case "global-pool":
                return x.flatten(2).max(-1).values;
            case "global-pool average":
                return x.flatten(2).mean([-1]);
            case "upsample":
                return Interpolated(x, 2, 2);
            case "upsample nearest":
                return x.repeat_interleave(2, 2).repeat_interleave(3, 3);
            case "upsample bilinear":
                return Interpolated(Interpolated(x, 2, 2), 3, 3);
            case "upsample trilinear":
                return Interpolated(Interpolated(x, 3, 2), 4, 3);
            case "layer-norm":
                return Normalised(x, 1e-6, -1) * s("layer_norm.weight");
            case "layer-norm of two axes":
                return (Normalised(x, 1e-5, -2, -1) * s("layer_norm.weight")) + s("layer_norm.bias");
            case "rms-norm":
                return x / (x.square().flatten(1).mean([1]).view(-1, 1, 1) + 1e-5).sqrt() * s("rms_norm.weight");
            case "mixture-of-experts":
                return new MixtureFormula(experts: 4, topK: 2, (vector, name) =>
                    Linear(Gelu(Linear(vector, s, $"{name}.linear")), s, $"{name}.linear2")
                ).Of(x, s);
            case "mixture-of-experts of one":
                return new MixtureFormula(experts: 3, topK: 1, (vector, name) => Linear(vector, s, $"{name}.linear")).Of(x, s);
            case "gated-linear":
                var gates = einsum("bti,oi->bto", x, s("gated_linear.weight").narrow(0, 0, 8));
                return 0.5
                    * gates
                    * (1 + (gates / Math.Sqrt(2)).erf())
                    * einsum("bti,oi->bto", x, s("gated_linear.weight").narrow(0, 8, 8));
            case "gated-linear with bias":
                var open = einsum("ti,oi->to", x, s("gated_linear.weight").narrow(0, 0, 3)) + s("gated_linear.bias").narrow(0, 0, 3);
                var value = einsum("ti,oi->to", x, s("gated_linear.weight").narrow(0, 3, 3)) + s("gated_linear.bias").narrow(0, 3, 3);
                return open / (1 + (-open).exp()) * value;
            case "group-norm":
                return (Normalised(x.view(Batch, 2, 2, 6), 1e-4, 2, 3).view(x.shape) * ByChannel(s("group_norm.weight"), x))
                    + ByChannel(s("group_norm.bias"), x);
            case "group-norm of features":
                return (Normalised(x.view(Batch, 3, 2), 1e-5, 2).view(x.shape) * s("group_norm.weight")) + s("group_norm.bias");
            case "batch-norm" or "batch-norm of features" or "batch-norm of images" or "batch-norm of volumes":
                var epsilon = name == "batch-norm" ? 1e-4 : 1e-5;
                return (
                        (x - ByChannel(s("batch_norm.running_mean"), x))
                        / (ByChannel(s("batch_norm.running_var"), x) + epsilon).sqrt()
                        * ByChannel(s("batch_norm.weight"), x)
                    ) + ByChannel(s("batch_norm.bias"), x);
            case "minibatch-deviation" or "minibatch-deviation of images" or "minibatch-deviation of features":
                // Two samples: half their distance is the deviation.
                var deviation = (((x[0] - x[1]) / 2).square() + 1e-8).sqrt().mean();
                return cat([x, deviation.expand(x.narrow(1, 0, 1).shape)], 1);
            case "dropout":
                return x;
            case "relu":
                return where(x > 0, x, zeros_like(x));
            case "leaky-relu":
                return where(x > 0, x, 0.2 * x);
            case "elu":
                return where(x > 0, x, 0.5 * (x.exp() - 1));
            case "gelu":
                return 0.5 * x * (1 + ((x + (0.044715 * x.pow(3))) * Math.Sqrt(2 / Math.PI)).tanh());
            case "gelu exact":
                return Gelu(x);
            case "sigmoid":
                return 1 / (1 + (-x).exp());
            case "silu":
                return x / (1 + (-x).exp());
            case "tanh":
                return (x.exp() - (-x).exp()) / (x.exp() + (-x).exp());
            case "softplus":
                return (1 + (2 * x).exp()).log() / 2;
            case "softmax":
                return x.exp() / x.exp().sum(1, keepdim: true);
            case "softmax last":
                return x.exp() / x.exp().sum(2, keepdim: true);
            case "sequence-pool":
                return x.select(1, 4);
            case "sequence-pool of the mean":
                return (x.select(1, 0) + x.select(1, 1) + x.select(1, 2) + x.select(1, 3) + x.select(1, 4)) / 5;
            case "sequence-pool of the first":
                return x.select(1, 0);
            case "flatten":
                return x.view(Batch, 24);
            case "reshape":
                return x.view(Batch, 2, 12);
            case "permute":
                return x.transpose(1, 2);
            case "residual":
                return x + Relu(Linear(x, s, "linear"));
            case "repeat":
                return Relu(Linear(Relu(Linear(Relu(Linear(x, s, "blocks.0.linear")), s, "blocks.1.linear")), s, "blocks.2.linear"));
            case "transformer-block":
                var attention = new AttentionFormula(4)
                {
                    Groups = 2,
                    IsCausal = true,
                    HasBias = false,
                    Window = 3,
                    HasNorm = true,
                    Angle = static (t, i) => (t, i ^ 1),
                };
                var normed = RmsNorm(x + attention.Of(x, s), 1e-5, s("rms_norm.weight"));
                var both = einsum("bti,oi->bto", normed, s("gated_linear.weight"));
                var passed = Relu(both.narrow(2, 0, 12)) * both.narrow(2, 12, 12);
                return RmsNorm(normed + einsum("bti,oi->bto", passed, s("linear.weight")), 1e-5, s("rms_norm2.weight"));
            case "self-attention":
                return new AttentionFormula(4)
                {
                    Groups = 2,
                    IsCausal = true,
                    HasBias = false,
                    Window = 3,
                    HasNorm = true,
                    Angle = static (t, i) => (t, i ^ 1),
                }.Of(x, s);
            case "self-attention causal":
                return new AttentionFormula(2) { IsCausal = true, HasBias = false }.Of(x, s);
            case "self-attention both ways":
                return new AttentionFormula(4).Of(x, s);
            case "self-attention of one key":
                return new AttentionFormula(3) { Groups = 1, Window = 2 }.Of(x, s);
            case "self-attention by distance":
                // The slopes of two heads are 1/16 and 1/256; the first of four is 1/4.
                return new AttentionFormula(3) { Slopes = [1.0 / 16, 1.0 / 256, 1.0 / 4] }.Of(x, s);
            case "self-attention by distance in a window":
                return new AttentionFormula(4)
                {
                    Groups = 2,
                    IsCausal = true,
                    Window = 2,
                    HasNorm = true,
                    Slopes = [1.0 / 4, 1.0 / 16, 1.0 / 64, 1.0 / 256],
                }.Of(x, s);
            case "self-attention of neighbours":
                return new AttentionFormula(2)
                {
                    IsCausal = true,
                    Angle = static (t, i) => (t / 2.0 * Math.Pow(50, -(i - (i % 2)) / 4.0), i ^ 1),
                }.Of(x, s);
            case "self-attention far away":
                return new AttentionFormula(2)
                {
                    Angle = static (t, i) => (t * Math.Pow(50 * Math.Pow(2, 4 / 2.0), -2 * (i % 2) / 4.0), (i + 2) % 4),
                }.Of(x, s);
            case "embed":
                return s("embed.tokens.weight")[x] + Sines(Length, 8);
            case "embed learned":
                return s("embed.tokens.weight")[x] + s("embed.positions.weight")[arange(Length)];
            case "embed alone":
                return s("embed.tokens.weight")[x];
            case "module":
                return x.matmul(s("module.weight").t());
            case "unembed":
                return einsum(
                    "btn,vn->btv",
                    s("embed.tokens.weight")[x] + s("embed.positions.weight")[arange(Length)],
                    s("unembed.weight")
                );
            case "unembed tied":
                return einsum(
                    "btn,vn->btv",
                    s("embed.tokens.weight")[x] + s("embed.positions.weight")[arange(Length)],
                    s("embed.tokens.weight")
                );
            default:
                throw new InvalidOperationException($"The values of '{name}' are not tested yet.");
        }
    }

    // uᵀ W v with the vectors of the state, whatever they are.
    private static Tensor SpectralNorm(string layer, Func<string, Tensor> s)
    {
        var (weight, u, v) = (s($"{layer}.weight").unsqueeze(-1).flatten(2), s($"{layer}_norm.u"), s($"{layer}_norm.v"));
        return layer == "conv_transpose"
            ? einsum("iok,o,ik->", weight, u, v.view(weight.shape[0], -1))
            : einsum("oik,o,ik->", weight, u, v.view(weight.shape[1], -1));
    }

    // sin(t / 10000^(2i/n)) at 2i and the cosine at 2i + 1: Vaswani et al. 2017, section 3.5.
    private static Tensor Sines(int length, int width)
    {
        var table = new float[length, width];
        for (var t = 0; t < length; t++)
        {
            for (var i = 0; i < width / 2; i++)
            {
                var angle = t / Math.Pow(10_000, 2.0 * i / width);
                (table[t, 2 * i], table[t, (2 * i) + 1]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
            }
        }

        return tensor(table);
    }

    // Element i of the result lies at (i + 1/2) / scale - 1/2 of the data, and beyond the ends takes the element there.
    private static Tensor Interpolated(Tensor x, int axis, int scale)
    {
        var length = x.shape[axis];
        var slices = new List<Tensor>();
        for (var i = 0; i < length * scale; i++)
        {
            var place = Math.Clamp(((i + 0.5) / scale) - 0.5, 0, length - 1);
            var low = (long)Math.Floor(place);
            var high = Math.Min(low + 1, length - 1);
            slices.Add(((1 - (place - low)) * x.select(axis, low)) + ((place - low) * x.select(axis, high)));
        }

        return stack(slices, axis);
    }

    private static Tensor Normalised(Tensor x, double epsilon, params long[] axes)
    {
        var centred = x - x.mean(axes, keepdim: true);
        return centred / (centred.square().mean(axes, keepdim: true) + epsilon).sqrt();
    }

    private static Tensor Linear(Tensor x, Func<string, Tensor> s, string name) =>
        einsum("bti,oi->bto", x, s($"{name}.weight")) + s($"{name}.bias");

    private static Tensor RmsNorm(Tensor x, double epsilon, Tensor weight) =>
        x / (x.square().mean([-1], keepdim: true) + epsilon).sqrt() * weight;

    private static Tensor Gelu(Tensor x) => 0.5 * x * (1 + (x / Math.Sqrt(2)).erf());

    private static Tensor Relu(Tensor x) => where(x > 0, x, zeros_like(x));

    private static Tensor ByChannel(Tensor figures, Tensor x) => figures.view([-1, .. Enumerable.Repeat(1L, (int)x.dim() - 2)]);

    private static Grid Of(Tensor x) => new([.. x.contiguous().data<float>().Select(static value => (double)value)], x.shape);

    private static Tensor Of(Grid grid) => tensor(grid.Values.Select(static value => (float)value).ToArray(), grid.Shape);

    // Norms start as ones and zeros, which would hide that they are applied.
    private static Func<string, Tensor> RandomState(nn.Module model)
    {
        manual_seed(11);
        using var noGrad = no_grad();
        var state = model.state_dict();
        foreach (var (name, value) in state.Where(static entry => entry.Value.is_floating_point()))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                value.uniform_(0.5, 2);
            }
            else
            {
                value.normal_();
            }
        }

        return name => state[name].detach();
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(allclose(expected, actual, 1e-4, 1e-4), $"They differ by up to {(expected - actual).abs().max().item<float>()}.");
    }

    /// <summary>All the models, compiled together.</summary>
    public sealed class Models
    {
        private readonly Dictionary<string, CompiledModel> _models = [];

        /// <summary>Compiles them.</summary>
        public Models()
        {
            var assembly = new SpecAssembly();
            var cases = Cases
                .Concat(
                    OfOneTensor.Select(static layer =>
                        KeyValuePair.Create(
                            layer.Word,
                            (layer.ExampleInput, layer.Word == "unembed" ? $"embed: 8, {layer.Example}" : layer.Example)
                        )
                    )
                )
                .ToList();
            foreach (var (name, (data, layers)) in cases)
            {
                var list = layers.StartsWith("embed: 8, ", StringComparison.Ordinal)
                    ? $"{{ embed: 8 }}, {Entry(layers[10..])}"
                    : Entry(layers);
                Assert.Equal([], assembly.Add($"model: Example\nfamily: network\ndata: {{ {data} }}\nnetwork: [{list}]\n"));
            }

            foreach (var ((name, _), model) in cases.Zip(assembly.Load()))
            {
                _models.Add(name, model);
            }
        }

        internal CompiledModel this[string name] => _models[name];

        private static string Entry(string layer) =>
            layer.StartsWith('{') || !layer.Contains(':', StringComparison.Ordinal) ? layer : $"{{ {layer} }}";
    }
}
