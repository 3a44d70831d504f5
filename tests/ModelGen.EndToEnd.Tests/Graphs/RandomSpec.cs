using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelGen.EndToEnd.Tests.Graphs;

/// <summary>
/// Writes a random spec over the whole catalogue. It follows shapes by rules of its own, only to choose layers that mostly fit;
/// what the shapes really are is for the compiler to say and for the run to confirm.
/// </summary>
internal sealed partial class RandomSpec
{
    private const int Context = 9;

    // C#'s contextual keywords among them: a result may have such a name, and it becomes a local variable.
    private static readonly string[] Names =
    [
        "skip",
        "var",
        "from",
        "await",
        "value",
        "class",
        "int",
        "yield",
        "record",
        "scope",
        "x1",
        "x",
        "tokens",
        "dynamic",
        "field",
        "a-b",
        "global",
        "nameof",
        "training",
        "create",
        "layers",
        "presence",
        "documents",
    ];

    private static readonly string[] Initialisers =
    [
        "xavier-uniform",
        "{ xavier-normal: sqrt(2) }",
        "kaiming-normal",
        "{ kaiming-uniform: 0.2 }",
        "orthogonal",
        "{ normal: 0.02 }",
        "{ uniform: 0.1 }",
        "{ truncated-normal: 0.02 }",
        "{ constant: 0.5 }",
    ];

    // Those under which a log-variance stays within what its exponential can be, however many layers come before it.
    private static readonly string[] TameInitialisers =
    [
        .. Initialisers.Where(static initialiser => !initialiser.Contains("constant", StringComparison.Ordinal)),
    ];

    private readonly Random _random;
    private readonly List<string> _blocks = [];
    private readonly HashSet<string> _names = [];
    private readonly bool _isCausal;
    private readonly RandomSides? _sides;
    private int _count;

    private RandomSpec(Random random, bool isTransformer, RandomSides? sides = null)
    {
        _sides = sides;
        _random = random;
        _isCausal = isTransformer;
    }

    /// <summary>The spec of a seed.</summary>
    public static string Write(int seed)
    {
        var random = new Random(seed);
        var isTransformer = random.Next(4) == 0;
        return new RandomSpec(random, isTransformer).Write(isTransformer);
    }

    /// <summary>The spec of a seed whose network takes and gives several tensors; null where its layers leave no place for them.</summary>
    public static string? WriteWithSides(int seed)
    {
        var random = new Random(seed);
        var sides = new RandomSides(random);
        return sides.AddTo(new RandomSpec(random, isTransformer: false, sides).Write(isTransformer: false));
    }

    private string Write(bool isTransformer)
    {
        var budget = 3 + _random.Next(8);
        string data;
        string? objective = null;
        List<string> layers;
        if (isTransformer || Chance(5))
        {
            var isBytes = Chance(2);
            var vocabulary = isBytes ? 256 : 5 + _random.Next(20);
            var padding = Chance(2) ? ", padding-token: <pad>" : "";
            var end = Chance(2) ? ", end-token: <end>" + (Chance(2) ? ", documents: apart" : "") : "";
            vocabulary += isBytes ? (padding.Length > 0 ? 1 : 0) + (end.Length > 0 ? 1 : 0) : 0;
            data = isBytes
                ? $"tokens: {{ context: {Context}{padding}{end} }}"
                : $"tokens: {{ context: {Context}, tokenizer: characters, vocabulary: {vocabulary}{padding}{end} }}";
            var width = 2 * (1 + _random.Next(4));
            layers = [$"embed: {{ width: {width}, positions: {Pick("learned", "sinusoidal", "none")}{Initialiser()} }}"];
            Axis[] sequence = [new(1, Context), new(width)];
            layers.AddRange(Layers(ref sequence, budget, depth: 0, keepsShape: isTransformer, hasInput: false));
            if (isTransformer)
            {
                layers.Add(
                    Pick("unembed", "unembed: true", "unembed: { tied: false }", $"linear: {{ features: {vocabulary}, bias: false }}")
                );
            }
        }
        else
        {
            Axis[] shape = [.. Enumerable.Range(0, 1 + _random.Next(4)).Select(static _ => default(Axis))];
            for (var i = 0; i < shape.Length; i++)
            {
                shape[i] = new(
                    i == 0 ? Pick(1, 2, 3, 4, 6)
                    : shape.Length == 4 ? Pick(2, 3, 4)
                    : 3 + _random.Next(7)
                );
            }

            data = shape.Length == 3 && Chance(2) ? $"image: {List(shape)}" : $"tensor: {List(shape)}";
            layers = Layers(ref shape, budget, depth: 0, keepsShape: false);
            if (Chance(2))
            {
                objective = Pick([
                    "mean-squared-error",
                    "mean-absolute-error",
                    "binary-cross-entropy",
                    .. shape.Length == 1 && Count(shape) > 1 ? ["cross-entropy", "{ cross-entropy: 0.1 }"] : Array.Empty<string>(),
                ]);
            }
        }

        // What keeps documents apart is attention.
        if (!layers.Concat(_blocks).Any(static layer => layer.Contains("self-attention", StringComparison.Ordinal)))
        {
            data = data.Replace(", documents: apart", "", StringComparison.Ordinal);
        }

        var lines = new List<string> { "model: Random", $"family: {(isTransformer ? "transformer" : "network")}", $"data: {{ {data} }}" };
        if (Chance(3) && Pick(Initialisers) is var initialiser && layers.Concat(_blocks).Any(static layer => FreeWeight().IsMatch(layer)))
        {
            lines.Add($"initialiser: {initialiser}");
        }

        if (Chance(3))
        {
            lines.Add($"precision: {(objective is null ? Pick("bfloat16", "float16") : "bfloat16")}");
        }

        if (isTransformer)
        {
            lines.Add("objective: next-token");
        }

        if (objective is not null && _sides is null)
        {
            lines.AddRange([
                $"objective: {objective}",
                $"training: {{ optimizer: {{ adam: 1e-3 }}, batch: {2 + _random.Next(4)}, duration: 2 steps }}",
            ]);
        }

        if (_blocks.Count > 0)
        {
            lines.AddRange(["blocks:", .. _blocks]);
        }

        lines.Add("network:");
        lines.AddRange(layers.Select(static layer => $"  - {layer}"));
        return string.Join('\n', lines) + "\n";
    }

    // Layers in YAML, and in shape what they give.
    private List<string> Layers(ref Axis[] shape, int count, int depth, bool keepsShape, bool hasInput = true)
    {
        var start = shape;
        var layers = new List<string>();
        var known = new List<(string Name, Axis[] Shape)>();
        if (hasInput)
        {
            known.Add(("input", start));
        }

        for (var i = 0; i < count; i++)
        {
            var now = shape;
            if (layers.Count > 0 && _sides is not null && Chance(3) && JoinSide(layers, ref shape, keepsShape)) { }
            else if (
                layers.Count > 0
                && Chance(4)
                && known.LastOrDefault(candidate => SameShape(candidate.Shape, now)).Name is { } other
                && Join(layers, other, ref shape, keepsShape) is { } joined
            )
            {
                known.Add((joined, shape));
            }
            else if (Layer(ref shape, depth, keepsShape) is { } layer)
            {
                if (Chance(3))
                {
                    var name = NewName();
                    layer = Named(layer, name);
                    known.Add((name, shape));
                }

                layers.Add(layer);
            }
        }

        if (layers.Count == 0)
        {
            layers.Add(Pick("relu", "tanh", "gelu"));
        }

        if (keepsShape && !SameShape(shape, start))
        {
            layers.AddRange(Back(ref shape, start));
        }

        return layers;
    }

    // A skip: the layer just written gets a name, where it has none, and is joined with an earlier result of the same shape.
    private string? Join(List<string> layers, string other, ref Axis[] shape, bool keepsShape)
    {
        var last = layers[^1];
        var own =
            last.LastIndexOf(", as: ", StringComparison.Ordinal) is > 0 and var at && last.IndexOf(']', at) < 0
                ? last[(at + 6)..^2]
                : NewName();
        if (own == other)
        {
            return null;
        }

        layers[^1] = Named(last, own);
        var (result, axis) = (NewName(), _random.Next(shape.Length));
        if (keepsShape || Chance(2) || (_isCausal && shape[axis].IsSymbolic))
        {
            layers.Add($"{{ add: , from: [{own}, {other}{(Chance(3) ? ", " + own : "")}], as: {result} }}");
        }
        else
        {
            layers.Add($"{{ concat: {{ axis: {(Chance(2) ? axis : axis - shape.Length)} }}, from: [{own}, {other}], as: {result} }}");
            shape = [.. shape.Select((length, i) => i == axis ? length.Times(2) : length)];
        }

        return result;
    }

    // The layer just written is joined with a side tensor, or handed out.
    private bool JoinSide(List<string> layers, ref Axis[] shape, bool keepsShape)
    {
        if (shape.Any(static axis => axis.IsSymbolic) || layers[^1].Contains(", as: ", StringComparison.Ordinal))
        {
            return false;
        }

        var lengths = shape.Select(static axis => Text(axis.Long)).ToArray();
        switch (_random.Next(4))
        {
            case 0:
                layers[^1] = Named(layers[^1], _sides!.Output());
                return true;
            case 1:
                var state = _sides!.State(lengths);
                var added = NewName();
                layers[^1] = Named(layers[^1], added);
                layers.Add($"{{ add: , from: [{added}, {state}], as: {state} }}");
                return true;
            case 2 when !keepsShape:
                var axis = _random.Next(shape.Length);
                var (symbol, longest) = _sides!.Symbol();
                lengths[axis] = symbol;
                var longer = NewName();
                layers[^1] = Named(layers[^1], longer);
                layers.Add($"{{ concat: {{ axis: {axis} }}, from: [{longer}, {_sides!.Input(lengths)}] }}");
                shape = [.. shape.Select((length, i) => i == axis ? new Axis(length.Short + 1, length.Long + longest) : length)];
                return true;
            default:
                var own = NewName();
                layers[^1] = Named(layers[^1], own);
                layers.Add($"{{ add: , from: [{own}, {_sides!.Input(lengths)}] }}");
                return true;
        }
    }

    private string NewName()
    {
        var name = Pick(Names);
        return _names.Add(name) ? name : $"{name}-n{_count++}";
    }

    private static string Named(string layer, string name)
    {
        if (layer.StartsWith("{ ", StringComparison.Ordinal))
        {
            return layer.EndsWith($", as: {name} }}", StringComparison.Ordinal) ? layer : $"{layer[..^2]}, as: {name} }}";
        }

        return layer.Contains(':', StringComparison.Ordinal) ? $"{{ {layer}, as: {name} }}" : $"{{ {layer}: , as: {name} }}";
    }

    private string? Layer(ref Axis[] shape, int depth, bool keepsShape)
    {
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var next = shape;
            if (Candidate(ref next, depth, keepsShape) is { } layer && Count(next) <= 1500 && (!keepsShape || SameShape(shape, next)))
            {
                shape = next;
                return layer;
            }
        }

        return null;
    }

    private string Attention(long width)
    {
        var heads = Divisor(width);
        var size = width / heads;
        var positions = Pick(
            "",
            ", positions: alibi",
            size % 2 == 0 ? ", positions: rotary" : "",
            size % 4 == 0 ? ", positions: { rotary: { pairs: neighbours, scaling: { factor: 3, method: ntk } } }" : ""
        );
        return $"self-attention: {{ heads: {heads}{(Chance(3) ? $", key-value-heads: {Divisor(heads)}" : "")}, causal: "
            + $"{(_isCausal || Chance(2) ? "true" : "false")}{(Chance(3) ? $", window: {1 + _random.Next(4)}" : "")}{positions}"
            + $"{(size > 1 && Chance(3) ? ", query-key-norm: true" : "")}{(Chance(3) ? ", dropout: 0.2" : "")}{Flag("bias")}{Initialiser()} }}";
    }

    private string? Candidate(ref Axis[] shape, int depth, bool keepsShape)
    {
        var rank = shape.Length;
        var last = shape[^1];
        var isSpatial = rank is >= 2 and <= 4 && !shape[0].IsSymbolic;
        var mixesPositions = _isCausal && shape.Any(static axis => axis.IsSymbolic);
        switch (_random.Next(21))
        {
            case 0:
                return Pick(
                    "relu",
                    "gelu",
                    "gelu: tanh",
                    "silu",
                    "tanh",
                    "sigmoid",
                    "leaky-relu",
                    "leaky-relu: 0.2",
                    "elu",
                    "elu: 0.5",
                    "softplus",
                    "softplus: 2",
                    "dropout",
                    "dropout: 0.1",
                    "dropout: 0"
                );
            case 1 when !last.IsSymbolic:
                var features = keepsShape ? last.Long : Pick(1, 2, 3, 4, 6, 8);
                shape = [.. shape[..^1], new(features)];
                return $"linear: {{ features: {features}{Flag("bias")}{Flag("spectral-norm")}{Initialiser()} }}";
            case 2 when !last.IsSymbolic:
                var fixedAxes = shape.Reverse().TakeWhile(static axis => !axis.IsSymbolic).Count();
                return $"layer-norm: {{ axes: {1 + _random.Next(fixedAxes)}{Flag("bias")}, epsilon: 1e-6 }}";
            case 18 when !last.IsSymbolic && last.Long > 1:
                return $"rms-norm: {{ axes: {1 + _random.Next(shape.Reverse().TakeWhile(static axis => !axis.IsSymbolic).Count())} }}";
            case 19 when !last.IsSymbolic:
                var gated = keepsShape ? last.Long : Pick(1, 2, 3, 6);
                shape = [.. shape[..^1], new(gated)];
                return $"gated-linear: {{ features: {gated}, activation: {Pick("silu", "gelu", "relu", "sigmoid")}{Flag("bias")} }}";
            case 20 when !last.IsSymbolic:
                var mixed = keepsShape ? last.Long : Pick(1, 2, 4);
                shape = [.. shape[..^1], new(mixed)];
                return Mixture(last.Long, mixed);
            case 3:
                var axis = _random.Next(rank);
                return _isCausal && shape[axis].IsSymbolic ? null
                    : Chance(2) ? $"softmax: {{ axis: {axis} }}"
                    : $"softmax: {{ axis: {axis - rank} }}";
            case 4 or 5 when isSpatial && !mixesPositions:
                return Convolution(ref shape, keepsShape);
            case 6 when isSpatial && !mixesPositions && !keepsShape:
                return Pool(ref shape);
            case 7 when isSpatial && !mixesPositions && !keepsShape:
                return Upsample(ref shape);
            case 8 when isSpatial && !mixesPositions && !keepsShape && Chance(2):
                shape = [shape[0]];
                return Pick("global-pool", "global-pool: max", "global-pool: { of: average }");
            case 9 when rank <= 4 && !shape[0].IsSymbolic && !mixesPositions:
                return Pick("batch-norm", "batch-norm: { momentum: 0.2, epsilon: 1e-4 }");
            case 10 when !shape[0].IsSymbolic && !mixesPositions && (rank > 1 || shape[0].Long > 1):
                return $"group-norm: {Divisor(shape[0].Long)}";
            case 11 when rank == 2 && !last.IsSymbolic:
                return Attention(last.Long);
            case 12 when !keepsShape && rank > 1 && Chance(4):
                shape = shape[1..];
                return Pick("sequence-pool", "sequence-pool: first", "sequence-pool: last");
            case 12 when !keepsShape && rank > 1 && Chance(2):
                shape = [Product(shape)];
                return "flatten";
            case 13 when !keepsShape:
                return Reshape(ref shape);
            case 14 when rank > 1 && !keepsShape:
                var order = Enumerable.Range(0, rank).ToArray();
                _random.Shuffle(order);
                var from = shape;
                shape = [.. order.Select(index => from[index])];
                return $"permute: [{string.Join(", ", order)}]";
            case 15 when depth < 3:
                var inner = shape;
                var branch = string.Join(", ", Layers(ref inner, 1 + _random.Next(3), depth + 1, keepsShape: true).Select(Braced));
                return Chance(2) ? $"residual: [{branch}]" : $"residual: {{ layers: [{branch}] }}";
            case 16 when depth < 3:
                return Chance(2) ? Repeat(ref shape, depth, keepsShape) : Block(ref shape, depth, keepsShape);
            case 17 when !shape[0].IsSymbolic && !mixesPositions && !keepsShape:
                shape = [new(shape[0].Long + 1), .. shape[1..]];
                return Pick("minibatch-deviation", "minibatch-deviation: 2", "minibatch-deviation: { group: 3 }");
            default:
                return null;
        }
    }

    private string Mixture(long width, long features)
    {
        var experts = 2 + _random.Next(3);
        var layers = Pick(
            $"linear: {{ features: {features}{Initialiser()} }}",
            $"gated-linear: 3, linear: {features}",
            $"{{ repeat: 2, layers: [linear: {width}, tanh] }}, linear: {features}",
            $"residual: [linear: {width}], dropout: 0.1, linear: {features}",
            $"mixture-of-experts: {{ experts: 2, top-k: 1, layers: [linear: {width}] }}, linear: {features}"
        );
        return $"mixture-of-experts: {{ experts: {experts}, top-k: {1 + _random.Next(experts - 1)}{Pick("", ", balance: 0", ", z-loss: 0")}, "
            + $"layers: [{layers}] }}";
    }

    private string Repeat(ref Axis[] shape, int depth, bool keepsShape)
    {
        var times = 1 + _random.Next(3);
        var next = shape;

        // A list that changes the shape may do so again from there, as a convolution without padding does; then each time is a class of its
        // own.
        var layers = Layers(ref next, 1 + _random.Next(3), depth + 1, keepsShape || Chance(2));
        if (SameShape(shape, next))
        {
            return $"{{ repeat: {times}, layers: [{string.Join(", ", layers.Select(Braced))}] }}";
        }

        shape = next;
        return $"{{ repeat: 1, layers: [{string.Join(", ", layers.Select(Braced))}] }}";
    }

    private string Block(ref Axis[] shape, int depth, bool keepsShape)
    {
        var name = Pick("create", "layers", "equals", "block", "part", "network") + (_blocks.Count == 0 ? "" : $"-{_blocks.Count}");
        var last = shape[^1];
        if (!last.IsSymbolic && Chance(2))
        {
            _blocks.Add(
                $"  {name}: {{ parameters: [width, growth: 2], layers: [linear: $growth * $width, {Pick("gelu", "relu")}, linear: $width] }}"
            );
            return Chance(2) ? $"{name}: {{ width: {last.Long} }}" : $"{name}: {{ width: {last.Long}, growth: 3 }}";
        }

        var layers = Layers(ref shape, 1 + _random.Next(3), depth + 1, keepsShape);
        _blocks.Add($"  {name}: {{ layers: [{string.Join(", ", layers.Select(Braced))}] }}");
        return name;
    }

    private string? Convolution(ref Axis[] shape, bool keepsShape)
    {
        var (rank, inputs) = (shape.Length - 1, shape[0].Long);
        var isTranspose = Chance(3);
        var groups = Chance(3) ? Divisor(inputs) : 1;
        var channels = keepsShape ? inputs : groups * Pick(1, 2, 3);
        var kernel = new long[rank];
        var (stride, padding, dilation, extra) = (new long[rank], new long[rank], new long[rank], new long[rank]);
        var isUniform = Chance(2);
        var output = new Axis[rank];
        for (var i = 0; i < rank; i++)
        {
            if (isUniform && i > 0)
            {
                (kernel[i], stride[i], padding[i], dilation[i], extra[i]) = (kernel[0], stride[0], padding[0], dilation[0], extra[0]);
            }
            else
            {
                kernel[i] = keepsShape ? Pick(1, 3) : 1 + _random.Next(4);
                stride[i] = keepsShape ? 1 : 1 + _random.Next(3);
                dilation[i] = Chance(4) ? 2 : 1;
                padding[i] = keepsShape || shape[i + 1].IsSymbolic ? dilation[i] * (kernel[i] - 1) / 2 : _random.Next(3);
                extra[i] = isTranspose && !keepsShape ? _random.Next((int)Math.Max(stride[i], dilation[i])) : 0;
            }

            var window = (dilation[i] * (kernel[i] - 1)) + 1;
            var (k, s, p, e) = (window, stride[i], padding[i], extra[i]);
            output[i] = isTranspose
                ? shape[i + 1].Map(length => ((length - 1) * s) - (2 * p) + k + e)
                : shape[i + 1].Map(length => (length + (2 * p) - k) < 0 ? -1 : ((length + (2 * p) - k) / s) + 1);
            if (output[i].Short < 1)
            {
                return null;
            }
        }

        shape = [new(channels), .. output];
        var settings =
            $"channels: {channels}, kernel: {Sizes(kernel)}, stride: {Sizes(stride)}, padding: {Sizes(padding)}, dilation: "
            + $"{Sizes(dilation)}, groups: {groups}{Flag("bias")}{Flag("spectral-norm")}{Initialiser()}";
        return isTranspose ? $"conv-transpose: {{ {settings}, output-padding: {Sizes(extra)} }}" : $"conv: {{ {settings} }}";
    }

    private string? Pool(ref Axis[] shape)
    {
        var (kernel, stride) = (1 + _random.Next(3), 1 + _random.Next(3));
        var padding = _random.Next((kernel / 2) + 1);
        Axis[] output =
        [
            .. shape
                .Skip(1)
                .Select(axis =>
                    axis.Map(length => length + (2 * padding) < kernel ? -1 : ((length + (2 * padding) - kernel) / stride) + 1)
                ),
        ];
        if (output.Any(static axis => axis.Short < 1))
        {
            return null;
        }

        shape = [shape[0], .. output];
        return $"{Pick("max-pool", "average-pool")}: {{ kernel: {kernel}, stride: {stride}, padding: {padding} }}";
    }

    private string Upsample(ref Axis[] shape)
    {
        var scale = 1 + _random.Next(3);
        shape = [shape[0], .. shape.Skip(1).Select(axis => axis.Times(scale))];
        return Chance(2) ? $"upsample: {scale}" : $"upsample: {{ scale: {scale}, mode: {Pick("nearest", "linear")} }}";
    }

    private string? Reshape(ref Axis[] shape)
    {
        if (shape.Any(static axis => axis.IsSymbolic))
        {
            return null;
        }

        var factors = new List<long> { Divisor(Count(shape)) };
        factors.Add(Divisor(Count(shape) / factors[0]));
        factors.Add(Count(shape) / factors[0] / factors[1]);
        if (Chance(2))
        {
            factors.Remove(1);
        }

        shape = [.. factors.Select(static factor => new Axis(factor))];
        var unknown = Chance(2) ? _random.Next(factors.Count) : -1;
        return $"reshape: [{string.Join(", ", factors.Select((factor, i) => i == unknown ? -1 : factor))}]";
    }

    // Layers that bring a shape back to one it had, where a list must keep its shape.
    private static List<string> Back(ref Axis[] shape, Axis[] start)
    {
        shape = start;
        return ["flatten", $"linear: {Count(start)}", $"reshape: {List(start)}"];
    }

    private static string Braced(string layer) =>
        layer.StartsWith('{') || !layer.Contains(':', StringComparison.Ordinal) ? layer : $"{{ {layer} }}";

    private string Initialiser() => Chance(5) ? $", initialiser: {Pick(Initialisers)}" : "";

    private string Flag(string name) => Chance(3) ? $", {name}: {Pick("true", "false")}" : "";

    private long Divisor(long number) =>
        Pick([.. Enumerable.Range(1, (int)number).Where(candidate => number % candidate == 0).Select(static candidate => (long)candidate)]);

    private string Sizes(long[] values) =>
        values.Distinct().Count() == 1 && Chance(2) ? Text(values[0]) : $"[{string.Join(", ", values.Select(Text))}]";

    private static string List(Axis[] shape) => $"[{string.Join(", ", shape.Select(static axis => Text(axis.Long)))}]";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long Count(Axis[] shape) => Product(shape).Long;

    private static Axis Product(Axis[] shape) =>
        shape.Aggregate(new Axis(1), static (product, axis) =>
            new(product.Short * axis.Short, product.Long * axis.Long, product.IsSymbolic || axis.IsSymbolic)
        );

    private static bool SameShape(Axis[] a, Axis[] shape) => a.SequenceEqual(shape);

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    // The length of an axis for the shortest and for the longest sequence.
    private readonly record struct Axis(long Short, long Long, bool IsSymbolic = true)
    {
        public Axis(long length)
            : this(length, length, false) { }

        public Axis Times(long factor) => Map(length => factor * length);

        public Axis Map(Func<long, long> map) => new(map(Short), map(Long), IsSymbolic);
    }

    // A layer whose weight starts as the model says: an initialiser of the model that nothing uses would be a mistake.
    [GeneratedRegex(@"(linear|conv|conv-transpose|self-attention|embed): \{(?![^{}]*initialiser)[^{}]*\}")]
    private static partial Regex FreeWeight();
}
