using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Tests.Language;
using ModelGen.EndToEnd.Tests.Generated;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Generated models against the interpreter, which shares with them the graph and nothing that comes after it.</summary>
public partial class InterpretedGraphTests(ITestOutputHelper log)
{
    // How far two numbers of a result may be apart, in units of the largest number of that result.
    private const double Tolerance = 1e-4;
    private const double ToleranceInDouble = 1e-6;

    private const int Graphs = 125;

    // Quantising and likelihoods are done by the base class of a family, and in float32 nothing is cast.
    // The last four are in decoding steps alone, which CachedDecodingTests compares with whole passes.
    private static readonly HashSet<Type> NotInGraphs =
    [
        typeof(Quantise),
        typeof(LogLikelihood),
        typeof(Cast),
        typeof(OwnModule),
        typeof(Remember),
        typeof(AttendMemory),
        typeof(WantedRows),
        typeof(Scores),
    ];

    // What no word's own example has: a result under two names, and attention by its formula, whose gradient is differentiated again, among
    // them.
    private static readonly string[] Further =
    [
        "model: Example\nfamily: network\ndata: { tensor: [4, 3, 2] }\nnetwork: [{ permute: [1, 2, 0] }]\n",
        "model: Example\nfamily: network\ndata: { tensor: [4, 3, 2] }\nnetwork: [group-norm: 2, global-pool]\n",
        "model: Example\nfamily: network\ndata: { tokens: { context: 7, tokenizer: characters, vocabulary: 4, padding-token: <pad> } }\n"
            + "network: [embed: 4, { residual: [{ self-attention: { heads: 2, window: 3, positions: alibi } }] }, sequence-pool]\n",
        "model: Example\nfamily: network\ndata: { tokens: { context: 7, tokenizer: characters, vocabulary: 4, padding-token: <pad> } }\n"
            + "network: [embed: 4, self-attention: 2, sequence-pool: last]\n",
        "model: Example\nfamily: network\ndata: { tokens: { context: 9, tokenizer: characters, vocabulary: 5, end-token: <end>, "
            + "padding-token: <pad>, documents: apart } }\nnetwork: [embed: 4, self-attention: 2]\n",
        "model: Example\nfamily: transformer\ndata: { tokens: { context: 9, tokenizer: characters, vocabulary: 4, end-token: <end>, "
            + "documents: apart } }\nnetwork: [embed: 4, { self-attention: { heads: 2, causal: true, window: 4, positions: alibi } }, "
            + "unembed]\nobjective: next-token\n",
        "model: Example\nfamily: network\ndata: { tensor: [4] }\noutputs: [last]\nnetwork: [{ relu: , as: last }]\n",
        """
            model: Example
            family: gan
            data: { image: [2, 4, 4] }
            latent: 3
            generator: [linear: 32, reshape: [2, 4, 4], tanh]
            discriminator: [reshape: [8, 4], self-attention: { heads: 2, causal: true }, flatten, linear: 1]
            objective: wasserstein
            training: { optimizer: { adam: 1e-3 }, batch: 3, duration: 2 steps }

            """,
    ];

    private readonly HashSet<Type> _interpreted = [];
    private double _furthest;
    private double _furthestInDouble;
    private int _results;
    private int _rough;

    public static TheoryData<string> ImageFamilies => [.. RandomSpec.ImageFamilies];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomGraphsComputeWhatTheInterpreterSays(int part) =>
        Check(Enumerable.Range(part * 2 * Graphs, 2 * Graphs).Select(RandomSpec.Write), Graphs);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomGraphsOfSeveralInputsAndOutputsComputeWhatTheInterpreterSays(int part) =>
        Check(Enumerable.Range(part * 4 * Graphs, 4 * Graphs).Select(RandomSpec.WriteWithSides).OfType<string>(), Graphs);

    [Theory]
    [MemberData(nameof(ImageFamilies))]
    public void RandomRolesComputeWhatTheInterpreterSays(string family) =>
        Check(Enumerable.Range(0, 100).Select(seed => RandomSpec.Write(family, seed)), 50);

    [Fact]
    public void EveryOperationIsInterpretedAndComputesThat()
    {
        string[] specs =
        [
            .. EveryWord.Specs.Where(static word => word.Name != "layer module").Select(static word => word.Spec),
            .. Further,
        ];
        Check(specs, specs.Length);

        var missing = typeof(Op)
            .Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)
            .Except(NotInGraphs)
            .Except(_interpreted);
        Assert.True(
            !missing.Any(),
            $"No spec of this test has {string.Join(", ", missing.Select(static type => type.Name))}: add one to "
                + $"{nameof(Further)}, and to {nameof(Meanings)} what the operation computes."
        );
    }

    // Compiles the first specs without mistakes, as many as wanted, and compares each model with the interpreter.
    private void Check(IEnumerable<string> specs, int count)
    {
        // Two threads cost more than they bring with tensors this small.
        set_num_threads(1);
        var assembly = new SpecAssembly();
        var sources = new List<string>();
        foreach (var yaml in specs)
        {
            // The interpreter rounds nothing.
            var full = PrecisionLine().Replace(yaml, "");
            if (sources.Count < count && assembly.Add(full).Count == 0)
            {
                sources.Add(full);
            }
        }

        Assert.Equal(count, sources.Count);
        var failures = new List<string>();
        foreach (var ((compiled, yaml), i) in assembly.Load().Zip(sources).Select(static (pair, i) => (pair, i)))
        {
            try
            {
                Check(compiled, seed: i);
            }
            catch (Exception exception)
            {
                failures.Add($"{exception.Message}\n{yaml}");
            }
        }

        log.WriteLine(
            $"{count} models; the furthest numbers are {_furthest:e1} of the largest apart, {_furthestInDouble:e1} in double; "
                + $"{_rough} of {_results} results are rougher"
        );
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(
            _rough <= _results / 50,
            $"{_rough} of {_results} results are further than {Tolerance} of their largest number off in float32."
        );
    }

    private void Check(CompiledModel compiled, int seed)
    {
        using var scope = NewDisposeScope();
        using var model = compiled.Create<nn.Module>(seed);
        Disturb(model);
        model.eval();
        var batch = 2 + (seed % 3);
        var lengths = compiled.Graph.Data.Symbols.ToDictionary(static symbol => symbol.Name, symbol => 1 + (seed % symbol.Longest));
        if (compiled.Graph.Root.Operations.Count > 0)
        {
            Compare(
                compiled.Graph.Root,
                model,
                [.. compiled.Graph.Root.Inputs.Select(input => compiled.Input(input, batch, lengths))],
                lengths
            );
            return;
        }

        foreach (var (name, role) in compiled.Graph.Root.Parts.SelectMany(static part => part.Elements.Select(role => (part.Name, role))))
        {
            Compare(
                role,
                model.named_children().Single(child => child.name == name).module,
                [.. role.Inputs.Select(input => compiled.Input(input, batch, lengths))],
                lengths
            );
        }
    }

    private void Compare(ModuleGraph graph, nn.Module module, Tensor[] inputs, IReadOnlyDictionary<string, long> lengths)
    {
        var state = module.state_dict().ToDictionary(static entry => entry.Key, static entry => Of(entry.Value));
        var interpreter = new Interpreter(state, inputs[0].size(0), lengths);
        var expected = interpreter.Run(graph, [.. inputs.Select(Of)]);
        _interpreted.UnionWith(interpreter.Interpreted);

        var distances = Distances(expected, Run(module, inputs));
        _results += distances.Length;
        _rough += distances.Count(static distance => distance > Tolerance);
        _furthest = Math.Max(_furthest, distances.Where(static distance => distance <= Tolerance).DefaultIfEmpty().Max());

        // A norm of numbers that are all but equal makes rounding large; in double there is next to none.
        module.to(float64);
        var inDouble = Distances(
                expected,
                Run(module, [.. inputs.Select(static input => input.is_floating_point() ? input.to(float64) : input)])
            )
            .Max();
        Assert.True(
            inDouble <= ToleranceInDouble,
            $"A result is {inDouble:e1} of its largest number off in double, and {distances.Max():e1} in float32."
        );
        _furthestInDouble = Math.Max(_furthestInDouble, inDouble);
    }

    // What a module gives, which leaves nothing else behind.
    private static Tensor[] Run(nn.Module module, Tensor[] inputs)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var result = module.GetType().GetMethod("call", [.. inputs.Select(static _ => typeof(Tensor))]) is { } call
            ? call.Invoke(module, [.. inputs])
            : CallWithTuple(module, inputs);
        Tensor[] outputs = result is ITuple tuple
            ? [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)]
            : [(Tensor)result!];

        // A recomputed part also frees what the last backward of this thread, another test's, had kept.
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount, 0, before + outputs.Length);
        return outputs;
    }

    // The classes inside a model take several tensors as one tuple.
    private static object? CallWithTuple(nn.Module module, Tensor[] inputs)
    {
        var call = module.GetType().GetMethods().Single(static method => method.Name == "call" && method.GetParameters().Length == 1);
        return call.Invoke(module, [Activator.CreateInstance(call.GetParameters()[0].ParameterType, [.. inputs])]);
    }

    private static double[] Distances(IReadOnlyList<Grid> expected, Tensor[] results)
    {
        Assert.Equal(expected.Count, results.Length);
        return [.. expected.Zip(results, Distance)];
    }

    // Between the numbers that are furthest apart, in units of the largest.
    private static double Distance(Grid expected, Tensor result)
    {
        var actual = Of(result);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(actual.Values, static value => Assert.True(double.IsFinite(value)));
        var distance = expected.Values.Zip(actual.Values, static (a, b) => Math.Abs(a - b)).Max();
        return distance == 0 ? 0 : distance / expected.Values.Max(Math.Abs);
    }

    // What starts as zero or one would hide whether it is read.
    private static void Disturb(nn.Module model)
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in model.state_dict().Where(static entry => entry.Value.is_floating_point()))
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                value.uniform_(0.5, 2);
            }
            else
            {
                value.add_(0.1 * randn_like(value));
            }
        }
    }

    private static Grid Of(Tensor tensor) => new([.. tensor.to(float64).contiguous().data<double>()], tensor.shape);

    [GeneratedRegex(@"^ *precision: .*\n", RegexOptions.Multiline)]
    private static partial Regex PrecisionLine();
}
