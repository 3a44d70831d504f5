using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Words;
using ModelGen.Data;
using ModelGen.Models;
using ModelGen.Training;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Generated;

/// <summary>Specs compiled as a project's are, to C# and on to an assembly, but in this process.</summary>
internal sealed partial class SpecAssembly
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path =>
                Path.GetFileName(path) is var name
                && (
                    name.StartsWith("System.", StringComparison.Ordinal)
                    || name
                        is "TorchSharp.dll"
                            or "ModelGen.dll"
                            or "ModelGen.Core.dll"
                            or "ModelGen.Torch.dll"
                            or "ModelGen.EndToEnd.Tests.dll"
                )
            )
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly List<(string Name, ModelSources Code, ModelGraph Graph)> _models = [];

    /// <summary>Compiles one spec.</summary>
    public static CompiledModel Compile(string yaml, string path = "/specs/test.model.yaml")
    {
        var assembly = new SpecAssembly();
        var diagnostics = assembly.Add(yaml, path);
        Assert.True(diagnostics.Count == 0, string.Join('\n', diagnostics) + "\n" + yaml);
        return assembly.Load()[0];
    }

    /// <summary>Adds a spec, unless it has mistakes, which come back as lines.</summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="path">Where it pretends to be.</param>
    /// <param name="isProbed">Whether each operation reports its result to <see cref="ShapeProbe"/>.</param>
    public IReadOnlyList<string> Add(string yaml, string path = "/specs/test.model.yaml", bool isProbed = false)
    {
        var space = $"Generated.M{_models.Count}";
        var compiled = SpecCompiler.Compile(yaml, path, space);
        if (compiled.Code is not { } code)
        {
            Assert.NotEmpty(compiled.Diagnostics);
            return [.. compiled.Diagnostics.Select(diagnostic => diagnostic.Format(path))];
        }

        var spec = SpecCompiler.Parse(yaml).Spec!;
        var graph = Family.Of(spec).Build(spec, [])!;
        MixedPrecision.Apply(graph);
        _models.Add(($"{space}.{spec.Name}", isProbed ? Probe(code, graph) : code, graph));
        return [];
    }

    /// <summary>The graphs of all specs.</summary>
    public IEnumerable<ModelGraph> Graphs => _models.Select(static model => model.Graph);

    /// <summary>Compiles the C# of all specs, with every warning an error, and loads it.</summary>
    public IReadOnlyList<CompiledModel> Load()
    {
        var (code, symbols) = Emit();
        var assembly = Assembly.Load(code, symbols);
        return [.. _models.Select(model => new CompiledModel(assembly.GetType(model.Name)!, model.Graph, model.Code.Model))];
    }

    /// <summary>Compiles the C# of all specs, with every warning an error: the assembly and its symbols.</summary>
    public (byte[] Code, byte[] Symbols) Emit()
    {
        var trees = _models.SelectMany(
            static (model, index) =>
                new[]
                {
                    CSharpSyntaxTree.ParseText(
                        SourceText.From(model.Code.Model, System.Text.Encoding.UTF8),
                        ParseOptions,
                        $"/generated/{index}.g.cs"
                    ),
                    CSharpSyntaxTree.ParseText(
                        SourceText.From(model.Code.SourceMap, System.Text.Encoding.UTF8),
                        ParseOptions,
                        $"/generated/{index}.SourceMap.g.cs"
                    ),
                }
        );
        var compilation = CSharpCompilation.Create(
            $"Generated{Guid.NewGuid():N}",
            trees,
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Debug,
                generalDiagnosticOption: ReportDiagnostic.Error,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(code, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!result.Success)
        {
            throw new Xunit.Sdk.XunitException(Failures(result));
        }

        return (code.ToArray(), symbols.ToArray());
    }

    private string Failures(EmitResult result)
    {
        var first = result.Diagnostics.First();
        var index = int.Parse(
            Path.GetFileName(first.Location.SourceTree?.FilePath ?? "0.").Split('.')[0],
            System.Globalization.CultureInfo.InvariantCulture
        );
        return $"{string.Join('\n', result.Diagnostics.Take(10))}\n{_models[index].Code.Model}";
    }

    // Each step of a forward is a line that ends in a comment with the shape, or two where the first call of a loop stands before it; the
    // root's come first, then those of each class.
    private static ModelSources Probe(ModelSources code, ModelGraph graph)
    {
        ModuleGraph[] classes = [.. graph.Classes.Prepend(graph.Root)];
        var experts = new HashSet<ModuleGraph>();
        foreach (var found in classes.Reverse())
        {
            // The classes around one come after it.
            experts.UnionWith(
                found.Operations.SelectMany(operation =>
                    operation.Experts?.Elements ?? (operation.Callee is { } callee && experts.Contains(found) ? [callee.Graph] : [])
                )
            );
        }

        var operations = classes
            .SelectMany(part => Step.Of(part, new Liveness(part)).Select(step => (Step: step, HasOwnBatch: experts.Contains(part))))
            .SelectMany(static part =>
                (part.Step.IsLoop && !part.Step.TakesInput ? part.Step.Operations.Take(2) : part.Step.Operations.Take(1)).Select(
                    operation => (operation, part.HasOwnBatch)
                )
            )
            .ToList();
        var next = 0;
        var steps = StepMethod().Matches(code.Model);
        var probed = OperationLine()
            .Replace(code.Model, match =>
                steps.Any(step => match.Index >= step.Index && match.Index < step.Index + step.Length)
                    ? match.Value
                    : $"{match.Groups["statement"].Value} global::ModelGen.EndToEnd.Tests.Generated.ShapeProbe.Check({match.Groups["name"].Value}, "
                        + $"{ShapeProbe.Number(operations[next].operation, operations[next++].HasOwnBatch)});{match.Groups["rest"].Value}"
            );
        Assert.Equal(operations.Count, next);
        return code with { Model = probed };
    }

    // A decoding step has the operations of its forward, for other positions.
    [GeneratedRegex(@"\n(?<indent> +)public override [^\n]* Step\(.*?\n\k<indent>}", RegexOptions.Singleline)]
    private static partial Regex StepMethod();

    [GeneratedRegex(@"(?<=\n)(?<statement> +var (?<name>\w+) = [^;]+;)(?<rest> +/\* (?:\d+ of )?\[[^\n]*)(?=\n)")]
    private static partial Regex OperationLine();
}

/// <summary>A generated class with what the compiler knows of it.</summary>
internal sealed record CompiledModel(Type Type, ModelGraph Graph, string Code)
{
    /// <summary>Makes a model of one network, with weights drawn from a seed.</summary>
    public torch.nn.Module<torch.Tensor, torch.Tensor> Create(long seed = 1, torch.Device? device = null) =>
        Create<torch.nn.Module<torch.Tensor, torch.Tensor>>(seed, device);

    /// <summary>Makes the model with weights drawn from a seed.</summary>
    public T Create<T>(long seed = 1, torch.Device? device = null)
        where T : torch.nn.Module
    {
        torch.manual_seed(seed).Dispose();
        return (T)Activator.CreateInstance(Type, device)!;
    }

    /// <summary>How the spec has it trained; null where it says nothing of that.</summary>
    public TrainingOptions? Training => (TrainingOptions?)Type.GetProperty(nameof(Training))?.GetValue(null);

    /// <summary>Binds the objective of a plain network, whose base class has none.</summary>
    public ModelGen.Training.Objective CreateObjective(Network model, object data) =>
        (ModelGen.Training.Objective)Type.GetMethod(nameof(CreateObjective))!.Invoke(model, [data])!;

    /// <summary>The data set that the objective of a plain network takes.</summary>
    public Type ObjectiveData => Type.GetMethod(nameof(CreateObjective))!.GetParameters()[0].ParameterType;

    /// <summary>A batch that suits it.</summary>
    public torch.Tensor Input(long batch, long length, torch.Device? device = null) =>
        Input(Graph.Root.Input, batch, new Dictionary<string, long> { [DataShape.Sequence] = length }, device);

    /// <summary>A batch that suits one of the tensors that it takes.</summary>
    public torch.Tensor Input(Value value, long batch, IReadOnlyDictionary<string, long> lengths, torch.Device? device = null)
    {
        long[] shape = [batch, .. value.Shape.Axes.Select(axis => axis.Evaluate(lengths))];
        return value.Name?.EndsWith(SideTensors.PresenceName, StringComparison.Ordinal) == true
                ? torch.randint(2, shape, torch.float32, device)
            : value.Type == ElementType.TokenId ? torch.randint(Graph.Data.Vocabulary, shape, device: device)
            : torch.randn(shape, device: device);
    }
}
