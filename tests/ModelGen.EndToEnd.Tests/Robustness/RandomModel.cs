using ModelGen.Compiler;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words;

namespace ModelGen.EndToEnd.Tests.Robustness;

/// <summary>
/// A random spec over all families, layers and settings. After each layer that it draws it asks the compiler for the shape, and keeps the
/// layer if it is allowed there and small enough to run.
/// </summary>
internal sealed class RandomModel
{
    private const int Parameters = 20_000;
    private const int Elements = 3_000;

    private static readonly string[] Layers = [.. Catalogue.Of<Layer>().Where(IsComplete).Select(static layer => layer.Word)];

    private readonly RandomArguments _arguments;
    private readonly List<string> _blocks = [];
    private readonly Family _family;

    private string _data = "";
    private bool _isText;
    private bool _isSequence;
    private bool _isJudge;
    private long _elements;
    private int _names;

    private RandomModel(int seed)
    {
        var random = new Random(seed);
        _family = Catalogue.Of<Family>()[random.Next(Catalogue.Of<Family>().Count)];
        _isText = _family.Word == "transformer";
        var rank = random.Next(5);
        _arguments = new RandomArguments(
            random,
            _isText ? "tokens"
                : rank == 0 ? "images"
                : "samples"
        );

        (Seed, Yaml) = (seed, Write(rank));
    }

    public int Seed { get; }

    public string Yaml { get; }

    /// <summary>Whether a run may end in numbers that are not finite although nothing is wrong.</summary>
    public bool MayDiverge => _arguments.MayDiverge;

    public static RandomModel Of(int seed) => new(seed);

    private string Write(int rank)
    {
        var lines = new List<string> { "model: Random", $"family: {_family.Word}", $"data: {{ {Data(rank)} }}" };
        var keys = _family.Parameters.ToDictionary(static parameter => parameter.Name);
        var sample = _isText ? [] : Sizes(_data);
        long classes = 0;
        var codes = new Dictionary<string, long>();
        if (keys.TryGetValue("condition", out var condition) && _arguments.Chance(2))
        {
            classes = _arguments.Chance(10) ? 300 : 1 + _arguments.UpTo(4);
            lines.Add($"condition: {{ {string.Join(", ", Condition((GroupParameter)condition, classes, codes))} }}");
        }

        var latent = _arguments.UpTo(6);
        if (keys.ContainsKey("latent"))
        {
            lines.Add($"latent: {latent}");
        }

        if (keys.TryGetValue("codebook", out var codebook))
        {
            lines.Add($"codebook: {_arguments.Value(codebook)}");
        }

        var roles = new List<(string Name, List<string> Layers)>();
        long[] grid = [];
        long[] given = [];
        foreach (var role in _family.Parameters.OfType<LayersParameter>())
        {
            var code = codes.GetValueOrDefault(role.Name, classes);
            long[] planes = sample.Length == 0 ? [] : [sample[0] + code, .. sample[1..]];
            _isJudge = role.Name == "discriminator";
            var (input, wanted) = $"{_family.Word} {role.Name}" switch
            {
                "gan generator" or "vae decoder" => ([latent + code], sample),
                "gan discriminator" => (planes, codes.ContainsKey(role.Name) && code == 0 ? [-1] : new long[] { 1 }),
                "vae encoder" => (planes, [-1]),
                "vq-vae encoder" => (planes, [-1, -1]),
                "vq-vae decoder" => ([grid[0] + classes, .. grid[1..]], sample),
                _ => (sample, Array.Empty<long>()),
            };
            var layers = Role(input, wanted, out given);
            grid = given;
            roles.Add((role.Name, layers));
        }

        var mayDiverge = _arguments.MayDiverge;
        if (_blocks.Count > 0)
        {
            lines.AddRange(["blocks:", .. _blocks]);
        }

        foreach (var (name, layers) in roles)
        {
            lines.AddRange([$"{name}:", .. layers.Select(static layer => $"  - {layer}")]);
        }

        // Settings that contradict the layers or each other are drawn again.
        var yaml = "";
        for (var attempt = 0; attempt < 4; attempt++)
        {
            _arguments.MayDiverge = mayDiverge;
            yaml = string.Join('\n', [.. lines, .. Settings(keys, given)]) + "\n";
            if (SpecCompiler.Compile(yaml, "/specs/test.model.yaml", null).Code is not null)
            {
                break;
            }
        }

        return yaml;
    }

    private List<string> Settings(Dictionary<string, Parameter> keys, long[] output)
    {
        var lines = new List<string>();
        foreach (var key in new[] { "precision", "initialiser", "sampling" })
        {
            if (keys.TryGetValue(key, out var parameter) && _arguments.Chance(3))
            {
                lines.Add($"{key}: {_arguments.Value(parameter)}");
            }
        }

        var goal = keys["objective"];
        if (goal.IsRequired || (!_isText && !_arguments.Chance(4)))
        {
            var fitting = ((WordForm)goal.Form)
                .Words.Where(word => IsComplete(word) && (word.Word != "cross-entropy" || output is [> 1]))
                .ToArray();

            // A weight for each class.
            _arguments.NumbersCount = output is [> 1 and < 1000] ? (int)output[0] : 2;
            lines.Add($"objective: {Objective(_arguments.Pick<Definition>(fitting))}");
            lines.Add($"training: {{ {string.Join(", ", _arguments.Keys(((GroupParameter)keys["training"]).Parameters, oneIn: 4))} }}");
        }

        return lines;
    }

    // Whether a word needs no class of the user's own.
    private static bool IsComplete(Definition word) => word.Parameters.All(static parameter => parameter.Form is not TypeForm);

    private string Objective(Definition word)
    {
        // The texts have no answers.
        var written = _arguments.Word(word).Replace("answers-only: true", "answers-only: false", StringComparison.Ordinal);

        // Values of any size are not probabilities.
        return _data.Contains("image", StringComparison.Ordinal) || _data.Contains("range: [0", StringComparison.Ordinal)
            ? written
            : written.Replace("bernoulli", _arguments.Pick("learned-gaussian", "{ laplace: 0.5 }"), StringComparison.Ordinal);
    }

    private IEnumerable<string> Condition(GroupParameter group, long classes, Dictionary<string, long> codes)
    {
        yield return $"classes: {classes}";
        foreach (var key in group.Parameters.Where(static key => key.AllowedWords.Count > 0))
        {
            if (_arguments.Chance(3))
            {
                continue;
            }

            var width = _arguments.UpTo(4);
            var word = _arguments.Pick(key.AllowedWords).Word;
            codes[key.Name] = word switch
            {
                "embedded" => width,
                "projection" => 0,
                _ => classes,
            };
            yield return $"{key.Name}: {(word == "embedded" ? $"{{ embedded: {width} }}" : word)}";
        }
    }

    private string Data(int rank)
    {
        if (_isText || (_family.Word == "network" && _arguments.Chance(6)))
        {
            (_isText, _isSequence) = (true, true);
            var context = _arguments.Chance(4) ? 1 : _arguments.UpTo(9);
            return _data =
                $"tokens: {{ context: {context}{_arguments.Pick("", $", tokenizer: characters, vocabulary: {40 + _arguments.UpTo(30)}")} }}";
        }

        var sizes = Enumerable.Range(0, rank == 0 ? 3 : rank).Select(i => i == 0 ? _arguments.UpTo(4) : _arguments.UpTo(7));
        var shape = $"[{string.Join(", ", sizes)}]";
        _data =
            rank == 0 ? $"image: {shape}"
            : _arguments.Chance(2) ? $"tensor: {shape}"
            : $"tensor: {{ shape: {shape}, range: {_arguments.Pick("[0, 1]", "[-1, 1]", "[-3, 5]", "[0, 0.001]", "[-1e30, 1e30]")} }}";
        _arguments.MayDiverge |= _data.Contains("1e30", StringComparison.Ordinal);
        return _data;
    }

    // The layers of a role and the shape that they give: the wanted one, where -1 alone is any vector, and two of them any grid.
    private List<string> Role(long[] input, long[] wanted, out long[] given)
    {
        var list = new List<string>();
        var data = _isText ? _data : $"tensor: {Text(input)}";
        var scope = new Scope(data, [], list);
        if (_isText)
        {
            list.Add($"embed: {{ width: {2 * _arguments.UpTo(4)}, positions: {_arguments.Pick("learned", "sinusoidal", "none")} }}");
        }

        _elements = Math.Max(Elements, _isText ? 0 : 2 * Count(input));
        scope.Shape = Ask(scope, [])!;
        Fill(scope, _arguments.UpTo(7), depth: 0);
        if (_family.Word == "transformer")
        {
            var isTied = list[0].Contains($"width: {scope.Shape.Last.Constant},", StringComparison.Ordinal) && _arguments.Chance(2);
            list.Add(isTied ? "unembed" : "unembed: { tied: false }");
            given = [];
            return list;
        }

        var shape = scope.Shape;
        if (list.Count == 0)
        {
            list.Add("tanh");
        }

        var now = _isText ? [] : Lengths(shape)!;
        if (wanted.Length > 0 && !now.SequenceEqual(wanted))
        {
            if (wanted is [-1])
            {
                list.AddRange(now.Length == 1 ? [] : ["flatten"]);
                now = [now.Aggregate(static (a, b) => a * b)];
            }
            else if (wanted is [-1, -1])
            {
                if (now.Length == 1)
                {
                    now = [_arguments.UpTo(4), _arguments.UpTo(3), _arguments.UpTo(3)];
                    list.AddRange([$"linear: {Count(now)}", $"reshape: {Text(now)}"]);
                }
            }
            else
            {
                list.AddRange([.. now.Length == 1 ? [] : new[] { "flatten" }, $"linear: {Count(wanted)}", $"reshape: {Text(wanted)}"]);
                now = wanted;
            }
        }

        given = now;
        return list;
    }

    // Adds layers that the compiler accepts.
    private void Fill(Scope scope, int count, int depth)
    {
        var known = new List<(string Name, string Shape)>();
        for (var i = 0; i < count; i++)
        {
            for (var attempt = 0; attempt < 8; attempt++)
            {
                var blocks = _blocks.Count;
                if (Candidate(scope, depth, known) is { } added && Accept(scope, added))
                {
                    break;
                }

                _blocks.RemoveRange(blocks, _blocks.Count - blocks);
            }
        }
    }

    // One or several layers to add; null where the word does not suit.
    private string[]? Candidate(Scope scope, int depth, List<(string Name, string Shape)> known)
    {
        if (Ask(scope, []) is not { } shape)
        {
            return null;
        }

        if (_arguments.Chance(6))
        {
            return Joined(scope, shape, known);
        }

        // Its many arguments are seldom all allowed.
        var word = shape.Rank == 2 && _arguments.Chance(8) ? "transformer-block" : _arguments.Pick(Layers);
        var layer = Catalogue.Of<Layer>().Single(layer => layer.Word == word);
        var written = word switch
        {
            "repeat" or "residual" => depth > 2 ? null : Nested(word, scope, shape, depth),
            "add" or "concat" or "embed" or "unembed" or "cross-attention" or "mixture-of-experts" => null,
            "minibatch-deviation" when !_isJudge && !_arguments.Chance(5) => null,
            _ when depth <= 2 && _arguments.Chance(10) => Nested("block", scope, shape, depth),
            _ => Plain(layer, shape),
        };
        if (written is null)
        {
            return null;
        }

        if (_arguments.Chance(4))
        {
            var name = $"n{_names++}";
            known.Add((name, ""));
            written = As(written, name);
        }

        return [written];
    }

    private string[]? Joined(Scope scope, Shape shape, List<(string Name, string Shape)> known)
    {
        var (own, other) = ($"n{_names++}", known.Count > 0 && _arguments.Chance(2) ? _arguments.Pick(known).Name : "input");
        var axis = _arguments.UpTo(2 * shape.Rank) - 1 - shape.Rank;
        if (scope.List.Count == 0 || scope.IsNested)
        {
            return null;
        }

        known.Add((own, ""));
        var word = _arguments.Pick("add:", $"concat: {{ axis: {axis} }}", "concat:");
        return [$"{{ {_arguments.Pick("tanh", "relu", "gelu", "silu")}: , as: {own} }}", $"{{ {word} , from: [{own}, {other}] }}"];
    }

    private string? Nested(string word, Scope scope, Shape shape, int depth)
    {
        var inner = scope.Inside();
        Fill(inner, _arguments.UpTo(3), depth + 1);
        if (Ask(inner, []) is not { } after)
        {
            return null;
        }

        var keeps = after.Equals(shape);
        var width = "";
        if (!keeps && (word != "block" || _arguments.Chance(2)))
        {
            if (_isSequence)
            {
                inner.List.Add($"linear: {shape.Last.Constant}");
            }
            else
            {
                var lengths = Lengths(shape)!;
                inner.List.AddRange([
                    .. after.Rank == 1 ? [] : new[] { "flatten" },
                    $"linear: {Count(lengths)}",
                    .. lengths.Length == 1 ? [] : new[] { $"reshape: {Text(lengths)}" },
                ]);
            }
        }
        else if (inner.List.Count == 0)
        {
            inner.List.Add(_arguments.Pick("relu", "softmax", "dropout: 0.9"));
        }

        var layers = $"[{string.Join(", ", inner.List.Select(static layer => layer[0] == '{' ? layer : Braced(layer)))}]";
        var recompute = !_isJudge && _arguments.Chance(3) ? ", recompute: true" : "";
        switch (word)
        {
            case "residual":
                return $"residual: {layers}";
            case "repeat":
                return $"{{ repeat: {(_arguments.Chance(30) ? 40 : _arguments.UpTo(3))}, layers: {layers}{recompute} }}";
            default:
                var name = $"block-{_names++}";
                var constant = shape.Last.Constant?.ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (constant is not null && layers.Contains($"linear: {constant} ", StringComparison.Ordinal) && _arguments.Chance(2))
                {
                    layers = layers.Replace($"linear: {constant} ", "linear: $width ", StringComparison.Ordinal);
                    _blocks.Add($"  {name}: {{ parameters: [width], layers: {layers} }}");
                    width = constant;
                }
                else
                {
                    _blocks.Add($"  {name}: {{ layers: {layers} }}");
                }

                return $"{{ {name}: {width}{recompute} }}";
        }
    }

    private string Plain(Layer layer, Shape shape)
    {
        var rank = Math.Max(1, shape.Rank - 1);
        var keys = layer
            .Parameters.Where(parameter => parameter.IsRequired || IsCausal(parameter) || _arguments.Chance(3))
            .Select(parameter => $"{parameter.Name}: {Argument(layer, parameter, shape, rank)}")
            .ToList();
        return keys.Count == 0 ? layer.Word : $"{layer.Word}: {{ {string.Join(", ", keys)} }}";
    }

    // A transformer's layers look at nothing later.
    private bool IsCausal(Parameter parameter) => parameter.Name == "causal" && _family.Word == "transformer";

    private string Argument(Layer layer, Parameter parameter, Shape shape, int rank)
    {
        var axis = _arguments.Pick([.. shape.Axes]).Constant ?? 2;
        switch ($"{layer.Word} {parameter.Name}")
        {
            case "permute order":
                var order = Enumerable.Range(0, shape.Rank).ToArray();
                _arguments.Shuffle(order);
                return $"[{string.Join(", ", order)}]";
            case "reshape shape":
                var all = Lengths(shape) is { } lengths ? Count(lengths) : 4;
                var first = Divisor(all);
                var second = Divisor(all / first);
                return Text(_arguments.Pick<long[]>([first, all / first], [first, second, all / first / second], [all], [first, 1, -1]));
            case "softmax axis":
                return Text(_arguments.UpTo(2 * shape.Rank) - 1 - shape.Rank);
            case "layer-norm axes" or "rms-norm axes":
                return Text(_arguments.UpTo(shape.Rank));
            case "conv channels" or "conv-transpose channels":
                return Text(_arguments.Pick<long>(1, 2, 3, 4, 6));
        }

        return parameter.Name switch
        {
            "groups" or "heads" => Text(Divisor(parameter.Name == "heads" ? shape.Last.Constant ?? 1 : shape.Axes[0].Constant ?? 1)),
            "key-value-heads" => Text(_arguments.Pick<long>(1, 1, 2, 3)),
            "causal" when IsCausal(parameter) => _arguments.Chance(8) ? "false" : "true",
            "kernel" => PerAxis(rank, () => _arguments.Pick(1, 2, 3, axis, axis, 5)),
            "stride" => PerAxis(rank, () => _arguments.Chance(12) ? int.MaxValue : _arguments.Pick(1, 1, 2, 3, axis + 1)),
            "padding" => PerAxis(rank, () => _arguments.Pick<long>(0, 1, 1, 2, 3)),
            "dilation" => PerAxis(rank, () => _arguments.Pick<long>(1, 1, 2, 3)),
            "output-padding" => PerAxis(rank, () => _arguments.Pick<long>(0, 0, 1, 2)),
            "scale" when layer.Word == "upsample" => PerAxis(rank, () => _arguments.Pick<long>(1, 2, 3)),
            _ => _arguments.Value(parameter),
        };
    }

    private string PerAxis(int rank, Func<long> draw) =>
        _arguments.Chance(2) ? Text(draw()) : Text([.. Enumerable.Range(0, rank).Select(_ => draw())]);

    private long Divisor(long number) =>
        _arguments.Pick([.. Enumerable.Range(1, (int)Math.Max(1, number)).Where(i => number % i == 0).Select(static i => (long)i)]);

    private bool Accept(Scope scope, string[] added)
    {
        if (Ask(scope, added) is not { } shape)
        {
            return false;
        }

        scope.List.AddRange(added);
        scope.Shape = shape;
        return true;
    }

    // The shape after further layers; null where the compiler refuses them, or where they are too much for a test.
    private Shape? Ask(Scope scope, string[] added)
    {
        string[] layers = [.. scope.Before, .. scope.List, .. added];
        var shape = Ask("network", scope.Data, layers.Length == 0 ? ["tanh"] : layers);
        if (shape is null || !_isSequence)
        {
            return shape;
        }

        // A transformer's layers keep the sequence and look at nothing later.
        return _family.Word != "transformer" ? shape
            : shape.Rank == 2
            && shape.Axes[0].Constant is null
            && Ask("transformer", scope.Data, [.. layers, "unembed: { tied: false }"]) is not null
                ? shape
            : null;
    }

    private Shape? Ask(string family, string data, string[] layers)
    {
        // A block that nothing uses would be a mistake.
        var text = string.Join('\n', layers);
        var blocks = new List<string>();
        foreach (var block in _blocks.AsEnumerable().Reverse())
        {
            if (text.Contains($"{block.Trim().Split(':')[0]}:", StringComparison.Ordinal))
            {
                blocks.Add(block);
                text += block;
            }
        }

        var yaml =
            $"model: Asked\nfamily: {family}\ndata: {{ {data} }}\n{(blocks.Count == 0 ? "" : $"blocks:\n{string.Join('\n', blocks)}\n")}"
            + $"{(family == "transformer" ? "objective: next-token\n" : "")}network:\n"
            + $"{string.Concat(layers.Select(static layer => $"  - {layer}\n"))}";
        if (SpecCompiler.Parse(yaml) is not { Spec: { } spec } parsed || parsed.Diagnostics.Any(static error => !error.Rule.IsWarning))
        {
            return null;
        }

        var graph = Family.Of(spec).Build(spec, []);
        if (graph is null || graph.Root.ParameterCount > Parameters)
        {
            return null;
        }

        var shape = graph.Root.Output.Shape;
        return
            graph.Root.Operations.All(operation => operation.Output.Shape.Count.Evaluate(graph.Data.Longest) <= _elements)
            && shape.Rank is > 0 and < 6
            ? shape
            : null;
    }

    private static string As(string layer, string name) =>
        layer.StartsWith("{ ", StringComparison.Ordinal) ? $"{layer[..^2]}, as: {name} }}"
        : layer.Contains(':', StringComparison.Ordinal) ? $"{{ {layer}, as: {name} }}"
        : $"{{ {layer}: , as: {name} }}";

    private static string Braced(string layer) => layer.Contains(':', StringComparison.Ordinal) ? $"{{ {layer} }}" : layer;

    private static long[] Sizes(string data)
    {
        var from = data.IndexOf('[', StringComparison.Ordinal) + 1;
        return
        [
            .. data[from..data.IndexOf(']', StringComparison.Ordinal)]
                .Split(", ")
                .Select(static size => long.Parse(size, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    private static long[]? Lengths(Shape shape) =>
        shape.Axes.All(static axis => axis.Constant is not null) ? [.. shape.Axes.Select(static axis => axis.Constant!.Value)] : null;

    private static long Count(long[] lengths) => lengths.Aggregate(1L, static (a, b) => a * b);

    private static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(long[] values) => $"[{string.Join(", ", values.Select(Text))}]";

    /// <summary>A list of layers while it is written.</summary>
    /// <param name="Data">What the first list takes.</param>
    /// <param name="Before">The layers around and before the list, to know the shape that it takes.</param>
    /// <param name="List">The layers so far.</param>
    private sealed record Scope(string Data, IReadOnlyList<string> Before, List<string> List)
    {
        public Shape Shape { get; set; } = new();

        public bool IsNested => Before.Count > 0;

        public Scope Inside() => new(Data, [.. Before, .. List], []);
    }
}
