using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.EndToEnd.Tests.Graphs;

/// <summary>Random specs of the families whose models make samples in several roles.</summary>
internal sealed partial class RandomSpec
{
    // What a vq-vae's encoder gives, which its decoder takes.
    private Axis[] _grid = [];

    // Whether values lie from 0 to 1.
    private bool _canBeBinary;

    /// <summary>The families, by their words.</summary>
    public static IReadOnlyList<string> ImageFamilies { get; } =
    [
        .. Catalogue
            .Of<Family>()
            .Where(static family =>
                family.Parameters.OfType<LayersParameter>().Count() > 1
                && family
                    .Parameters.OfType<WordParameter<DataKind>>()
                    .Any(static data => data.AllowedWords.Any(static word => word.Word == "image"))
            )
            .Select(static family => family.Word),
    ];

    /// <summary>The spec of a family of <see cref="ImageFamilies"/> and a seed.</summary>
    public static string Write(string family, int seed) =>
        new RandomSpec(new Random(seed), isTransformer: false).WriteImages(Catalogue.Of<Family>().Single(word => word.Word == family));

    private string WriteImages(Family family)
    {
        var isImage = Chance(2);
        Axis[] image =
        [
            new(Pick(1, 2, 3)),
            .. Enumerable.Range(0, isImage ? 2 : _random.Next(4)).Select(_ => new Axis(3 + _random.Next(4))),
        ];
        var range = isImage ? "" : Pick("", "[0, 1]", "[-1, 3]");
        _canBeBinary = isImage || range == "[0, 1]";
        var latent = 1 + _random.Next(6);
        var (condition, codes) =
            family.Parameters.OfType<GroupParameter>().Any(static group => group.Name == "condition") && Chance(2)
                ? Condition(family)
                : (null, []);
        var lines = new List<string>
        {
            "model: Random",
            $"family: {family.Word}",
            "data: { "
                + $"{(isImage ? $"image: {List(image)}" : $"tensor: {{ shape: {List(image)}{(range.Length > 0 ? $", range: {range}" : "")} }}")} }}",
        };
        if (family.Parameters.Any(static key => key.Name == "latent"))
        {
            lines.Add($"latent: {latent}");
        }

        if (family.Parameters.Any(static key => key.Name == "codebook"))
        {
            lines.Add($"codebook: {{ codes: {2 + _random.Next(6)} }}");
        }

        if (condition is not null)
        {
            lines.Add(condition);
        }

        var roles = family
            .Parameters.OfType<LayersParameter>()
            .ToDictionary(static role => role.Name, role => Role($"{family.Word} {role.Name}", image, latent, codes));
        if (Chance(3) && roles.Values.SelectMany(static layers => layers).Concat(_blocks).Any(static layer => FreeWeight().IsMatch(layer)))
        {
            lines.Add($"initialiser: {Pick(TameInitialisers)}");
        }

        // float16 ends where a random network's numbers begin.
        if (Chance(3))
        {
            lines.Add("precision: bfloat16");
        }

        if (_blocks.Count > 0)
        {
            lines.AddRange(["blocks:", .. _blocks]);
        }

        foreach (var (role, layers) in roles)
        {
            lines.AddRange([$"{role}:", .. layers.Select(static layer => $"  - {layer}")]);
        }

        lines.Add(
            $"objective: {Written(Pick([.. family.Parameters.Single(static parameter => parameter.Name == "objective").AllowedWords]))}"
        );
        lines.Add(Training(family));
        return string.Join('\n', lines) + "\n";
    }

    // How many axes or channels of a label's code each player sees, by the key that says how; the key "" is what a family shows without
    // such a key.
    private (string Line, Dictionary<string, long> Codes) Condition(Family family)
    {
        var classes = 2 + _random.Next(3);
        var codes = new Dictionary<string, long> { [""] = classes };
        var keys = new List<string> { $"classes: {classes}" };
        foreach (
            var code in family
                .Parameters.OfType<GroupParameter>()
                .Single(static group => group.Name == "condition")
                .Parameters.OfType<WordParameter<ClassConditioning>>()
        )
        {
            var width = 1 + _random.Next(4);
            var word = Chance(4) ? "" : Pick([.. code.AllowedWords.Select(static word => word.Word)]);
            if (word.Length > 0)
            {
                keys.Add($"{code.Name}: {(word == "embedded" ? $"{{ embedded: {width} }}" : word)}");
            }

            codes[code.Name] = word switch
            {
                "embedded" => width,
                "projection" => 0,
                _ => classes,
            };
        }

        return ($"condition: {{ {string.Join(", ", keys)} }}", codes);
    }

    // The layers of a role, from what the family gives it to what the family takes.
    private List<string> Role(string role, Axis[] image, long latent, Dictionary<string, long> codes)
    {
        var code = codes.GetValueOrDefault(role.Split(' ')[1], codes.GetValueOrDefault(""));
        Axis[] images = [image[0].Map(channels => channels + code), .. image[1..]];
        Axis[] vector = [new(latent + code)];
        var judgesByProjection = codes.Count > 0 && code == 0;
        return role switch
        {
            "vae encoder" => LayersToVector(images),
            "vq-vae encoder" => LayersToGrid(images),
            "vae decoder" or "gan generator" => LayersTo(vector, image),
            "vq-vae decoder" => LayersTo([_grid[0].Map(channels => channels + code), .. _grid[1..]], image),
            "gan discriminator" => judgesByProjection ? LayersToVector(images) : LayersTo(images, [new(1)]),
            _ => throw new InvalidOperationException($"What the {role} is given and what it must give is not written here yet."),
        };
    }

    private List<string> LayersToVector(Axis[] input)
    {
        var shape = input;
        var layers = Layers(ref shape, 1 + _random.Next(6), depth: 0, keepsShape: false, hasInput: true);
        return shape.Length == 1 ? layers : [.. layers, "flatten"];
    }

    private List<string> LayersToGrid(Axis[] input)
    {
        _grid = input;
        var layers = Layers(ref _grid, 1 + _random.Next(6), depth: 0, keepsShape: false, hasInput: true);
        if (_grid.Length > 1)
        {
            return layers;
        }

        _grid = [new(1 + _random.Next(4)), new(1 + _random.Next(3)), new(1 + _random.Next(3))];
        return [.. layers, $"linear: {Count(_grid)}", $"reshape: {List(_grid)}"];
    }

    private List<string> LayersTo(Axis[] input, Axis[] wanted)
    {
        var shape = input;
        var layers = new List<string>();
        if (input.Length == 1 && wanted.Length == 3 && Chance(2))
        {
            // Features that convolutions can work on, as a generator of images usually begins.
            shape = [new(Pick(1, 2, 4)), new(2 + _random.Next(3)), new(2 + _random.Next(3))];
            layers.AddRange([$"linear: {Count(shape)}", $"reshape: {List(shape)}"]);
        }

        layers.AddRange(Layers(ref shape, 1 + _random.Next(6), depth: 0, keepsShape: false, hasInput: layers.Count == 0));
        if (SameShape(shape, wanted))
        {
            return layers;
        }

        if (shape.Length > 1)
        {
            layers.Add("flatten");
        }

        layers.Add($"linear: {Count(wanted)}");
        if (wanted.Length > 1)
        {
            layers.Add($"reshape: {List(wanted)}");
        }

        return layers;
    }

    private string Training(Family family)
    {
        var keys = ((GroupParameter)family.Parameters.Single(static parameter => parameter.Name == "training")).Parameters;
        var players = keys.Any(static key => key.Name == "discriminator") && Chance(2) ? ", discriminator: { steps: 2 }" : "";
        return $"training: {{ optimizer: {{ {Pick("adam", "adamw")}: 1e-3 }}, batch: {2 + _random.Next(4)}, duration: 2 "
            + $"steps{(Chance(3) ? ", clip-norm: 1.0" : "")}{(Chance(3) ? ", average: 0.9" : "")}{players} }}";
    }

    // A word with what it requires and some of what it allows: other words wherever it takes words, and the values of its example.
    private string Written(Definition word)
    {
        var keys = word
            .Parameters.Where(parameter => parameter.IsRequired || Chance(2))
            .Select(parameter => $"{parameter.Name}: {Value(word, parameter)}")
            .ToList();
        return keys.Count == 0 ? word.Word : $"{{ {word.Word}: {{ {string.Join(", ", keys)} }} }}";
    }

    private string Value(Definition word, Parameter parameter) =>
        parameter.AllowedWords.Count > 0
            ? Written(Pick([.. parameter.AllowedWords.Where(word => _canBeBinary || word.Word != "bernoulli")]))
            : (
                (SpecText.Word)
                    ((SpecText.Group)SpecText.Parse(word.Example).Keys.Single().Value).Keys.Single(key => key.Name == parameter.Name).Value
            ).Text;
}
