using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ModelGen.EndToEnd.Tests.Precision;

/// <summary>What a model in fewer bits computes, against the same casts written by hand, to the bit.</summary>
public class CastTests(CastTests.Models models) : IClassFixture<CastTests.Models>
{
    private const int Batch = 3;
    private const int Length = 7;

    private static readonly Dictionary<string, (string Data, string Layers)> Cases = new()
    {
        ["linear"] = ("tensor: [5, 8]", "linear: 6"),
        ["linear without bias"] = ("tensor: [5, 8]", "linear: { features: 6, bias: false }"),
        ["linear with spectral norm"] = ("tensor: [8]", "linear: { features: 6, spectral-norm: true }"),
        ["conv"] = ("tensor: [4, 9, 7]", "conv: { channels: 6, kernel: [3, 2], stride: [2, 1], padding: 1, groups: 2 }"),
        ["conv with spectral norm"] = ("tensor: [4, 9]", "conv: { channels: 6, kernel: 3, dilation: 2, bias: false, spectral-norm: true }"),
        ["conv-transpose"] = ("tensor: [4, 3, 5]", "conv-transpose: { channels: 6, kernel: 4, stride: 2, padding: 1 }"),
        ["attention"] = ("tensor: [7, 8]", "self-attention: { heads: 2, causal: true }"),
        ["norm between products"] = ("tensor: [5, 8]", "linear: 6, layer-norm, linear: 4, softmax"),
        ["batch-norm between convolutions"] = (
            "image: [2, 6, 6]",
            "conv: { channels: 4, kernel: 3 }, batch-norm, relu, conv: { channels: 3, kernel: 3 }"
        ),
        ["elements in between"] = ("tensor: [5, 8]", "linear: 6, gelu, { silu: , as: a }, { add: , from: [a, a] }, linear: 3, sigmoid"),
        ["residual on a wide stream"] = ("tensor: [5, 8]", "layer-norm, residual: [layer-norm, linear: 16, gelu, linear: 8], linear: 2"),
        ["residual on a narrow stream"] = ("tensor: [5, 8]", "linear: 8, residual: [linear: 8, relu], flatten"),
        ["one cast for two readers"] = (
            "tensor: [5, 8]",
            "{ layer-norm: , as: x }, { linear: 4, as: y }, { linear: 4, from: x, as: z }, { concat: { axis: 1 }, from: [y, z] }"
        ),
        ["pools"] = (
            "image: [2, 8, 8]",
            "conv: { channels: 4, kernel: 1 }, max-pool: 2, average-pool: 2, conv: { channels: 2, kernel: 1 }, upsample: 2, global-pool"
        ),
        ["classes give float32"] = ("tensor: [5, 8]", "{ repeat: 2, layers: [linear: 8, relu] }"),
        ["tied"] = ("tokens: { context: 7 }", "embed: 8, layer-norm, unembed"),
        ["untied"] = ("tokens: { context: 7 }", "embed: { width: 8, positions: none }, unembed: false"),
    };

    public static IEnumerable<object[]> Names =>
        from name in Cases.Keys
        from precision in new[] { "bfloat16", "float16" }
        select new object[] { name, precision };

    [Theory]
    [MemberData(nameof(Names))]
    public void AForwardIsItsCastsWrittenByHand(string name, string precision)
    {
        using var scope = NewDisposeScope();
        using var model = models[$"{name} {precision}"].Create();
        model.eval();
        var x = models[$"{name} {precision}"].Input(Batch, Length);
        var state = model.state_dict();
        var type = precision == "bfloat16" ? bfloat16 : float16;

        var output = model.call(x);

        var expected = Expected(name, x, key => state[key], tensor => tensor.to(type));
        Assert.Equal(float32, output.dtype);
        Assert.Equal(expected.shape, output.shape);
        Assert.True(output.equal(expected).all().item<bool>(), $"{(output - expected).abs().max().item<float>()} off");
        Assert.False(
            Expected(name, x, key => state[key], static tensor => tensor).equal(output).all().item<bool>(),
            "Float32 gives the same."
        );
        Assert.All(model.parameters(), static parameter => Assert.Equal(float32, parameter.dtype));
    }

    private static Tensor Expected(string name, Tensor x, Func<string, Tensor> s, Func<Tensor, Tensor> low)
    {
        Tensor Linear(Tensor input, string layer, bool bias = true) =>
            functional.linear(low(input), low(s($"{layer}.weight")), bias ? low(s($"{layer}.bias")) : null);
        Tensor Conv(Tensor input, string layer) => functional.conv2d(low(input), low(s($"{layer}.weight")), low(s($"{layer}.bias")));
        Tensor Norm(Tensor input, string layer, long n) =>
            functional.layer_norm(Full(input), [n], s($"{layer}.weight"), s($"{layer}.bias"));
        Tensor Spectral(string layer, Tensor matrix) => s($"{layer}.weight") / s($"{layer}_norm.u").dot(matrix.mv(s($"{layer}_norm.v")));
        Tensor Vectors() => s("embed.tokens.weight").index_select(0, x.flatten()).view(Batch, Length, 8);
        static Tensor Full(Tensor tensor) => tensor.to(float32);

        switch (name)
        {
            case "linear":
                return Full(Linear(x, "linear"));
            case "linear without bias":
                return Full(Linear(x, "linear", bias: false));
            case "linear with spectral norm":
                return Full(functional.linear(low(x), low(Spectral("linear", s("linear.weight"))), low(s("linear.bias"))));
            case "conv":
                return Full(
                    functional.conv2d(low(x), low(s("conv.weight")), low(s("conv.bias")), strides: [2, 1], padding: [1, 1], groups: 2)
                );
            case "conv with spectral norm":
                return Full(functional.conv1d(low(x), low(Spectral("conv", s("conv.weight").flatten(1))), null, dilation: 2));
            case "conv-transpose":
                return Full(
                    functional.conv_transpose2d(
                        low(x),
                        low(s("conv_transpose.weight")),
                        low(s("conv_transpose.bias")),
                        strides: [2, 2],
                        padding: [1, 1]
                    )
                );
            case "attention":
                var qkv = Linear(x, "self_attention.qkv").view(Batch, Length, 3, 2, 4);
                Tensor Part(int part) => qkv.select(2, part).transpose(1, 2);
                var attended = functional.scaled_dot_product_attention(Part(0), Part(1), Part(2), is_casual: true);
                return Full(Linear(attended.transpose(1, 2).reshape(Batch, Length, 8), "self_attention.projection"));
            case "norm between products":
                return Full(Linear(Norm(Linear(x, "linear"), "layer_norm", 6), "linear2")).softmax(-1);
            case "batch-norm between convolutions":
                var normed = functional.batch_norm(
                    Full(Conv(x, "conv")),
                    s("batch_norm.running_mean"),
                    s("batch_norm.running_var"),
                    s("batch_norm.weight"),
                    s("batch_norm.bias"),
                    training: false,
                    eps: 1e-5
                );
                return Full(Conv(functional.relu(normed), "conv2"));
            case "elements in between":
                var a = functional.silu(functional.gelu(Linear(x, "linear")));
                return Full(Linear(a + a, "linear2").sigmoid());
            case "residual on a wide stream":
                var stream = Norm(x, "layer_norm", 8);
                var wide = functional.gelu(Linear(Norm(stream, "layer_norm2", 8), "linear"));
                return Full(Linear(stream + Linear(wide, "linear2"), "linear3"));
            case "residual on a narrow stream":
                var narrow = Linear(x, "linear");
                return Full((narrow + functional.relu(Linear(narrow, "linear2"))).flatten(1));
            case "one cast for two readers":
                var norm = Norm(x, "x", 8);
                return Full(cat([Linear(norm, "y"), Linear(norm, "z")], 2));
            case "pools":
                var pooled = functional.avg_pool2d(Full(functional.max_pool2d(Conv(x, "conv"), [2, 2])), [2, 2]);
                return Full(functional.interpolate(Conv(pooled, "conv2"), scale_factor: [2, 2], mode: InterpolationMode.Nearest))
                    .mean([2, 3]);
            case "classes give float32":
                return Full(functional.relu(Linear(Full(functional.relu(Linear(x, "blocks.0.linear"))), "blocks.1.linear")));
            case "tied":
                var vectors = Vectors() + s("embed.positions.weight").narrow(0, 0, Length);
                return Full(functional.linear(low(Norm(vectors, "layer_norm", 8)), low(s("embed.tokens.weight"))));
            case "untied":
                return Full(functional.linear(low(Vectors()), low(s("unembed.weight"))));
            default:
                throw new InvalidOperationException(name);
        }
    }

    /// <summary>All models, compiled together.</summary>
    public sealed class Models
    {
        private readonly Dictionary<string, CompiledModel> _models = [];

        public Models()
        {
            var assembly = new SpecAssembly();
            var names = new List<string>();
            foreach (var (name, (data, layers)) in Cases)
            {
                foreach (var precision in new[] { "bfloat16", "float16" })
                {
                    Assert.Equal(
                        [],
                        assembly.Add($"model: Low\nfamily: network\nprecision: {precision}\ndata: {{ {data} }}\nnetwork: [{layers}]\n")
                    );
                    names.Add($"{name} {precision}");
                }
            }

            foreach (var (name, model) in names.Zip(assembly.Load()))
            {
                _models.Add(name, model);
            }
        }

        internal CompiledModel this[string name] => _models[name];
    }
}
