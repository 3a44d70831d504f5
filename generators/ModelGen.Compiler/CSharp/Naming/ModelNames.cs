using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The C# names of a model's module classes, and of what they use.</summary>
internal sealed class ModelNames
{
    private readonly Dictionary<ModuleGraph, ClassNames> _classes = [];
    private readonly Dictionary<ModuleGraph, ClassNames> _steps = [];
    private readonly HashSet<string> _constants;

    /// <param name="model">The model.</param>
    /// <param name="surface">What it offers besides its layers.</param>
    /// <param name="hidden">Short names that mean something else in the scope of its class.</param>
    /// <param name="hasNamespace">Whether its class is in a namespace.</param>
    public ModelNames(ModelGraph model, ModelSurface surface, IEnumerable<string> hidden, bool hasNamespace)
    {
        _constants = new HashSet<string>(surface.Constants.Select(static constant => constant.Name), StringComparer.Ordinal);
        var free = new UniqueNames(WordRules.ReservedMembers);
        foreach (var graph in model.Classes)
        {
            _classes.Add(graph, new ClassNames(this, graph, free.Take(Names.Pascal(graph.Name))));
        }

        _classes.Add(model.Root, new ClassNames(this, model.Root, model.Root.Name));
        Decoding = DecodingSteps.Of(model);
        var own = _classes.Values.SelectMany(static names => names.Properties.Append(names.Class));
        Code = new ShortNames(hidden.Concat(own), hasNamespace);
    }

    /// <summary>The short names of the file.</summary>
    public ShortNames Code { get; }

    /// <summary>What the classes compute in a decoding step.</summary>
    public DecodingSteps Decoding { get; }

    /// <summary>The names in a class's decoding step.</summary>
    /// <param name="graph">The class.</param>
    /// <param name="step">Its step.</param>
    public ClassNames OfStep(ModuleGraph graph, ModuleGraph step) =>
        _steps.TryGetValue(graph, out var known) ? known : _steps[graph] = new ClassNames(this, step, Of(graph).Class, isStep: true);

    /// <summary>The names of a class.</summary>
    public ClassNames Of(ModuleGraph graph) => _classes[graph];

    /// <summary>The length of a parameter's axis: the model's constant for it if there is one, otherwise a number.</summary>
    public string Size(StateEntry entry, int axis) =>
        axis < entry.Constants.Count && entry.Constants[axis] is { } constant && _constants.Contains(constant)
            ? Names.Pascal(constant)
            : Literal.Of(entry.Shape[axis]);
}
