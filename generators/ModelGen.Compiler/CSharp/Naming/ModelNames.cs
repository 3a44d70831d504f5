using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>The names that C# has for the module classes of a model.</summary>
internal sealed class ModelNames
{
    private readonly Dictionary<ModuleGraph, ClassNames> _classes = [];

    /// <param name="model">The model.</param>
    public ModelNames(ModelGraph model)
    {
        var free = new UniqueNames(WordRules.ReservedMembers);
        foreach (var graph in model.Classes)
        {
            _classes.Add(graph, new ClassNames(this, graph, free.Take(Names.Pascal(graph.Name))));
        }

        _classes.Add(model.Root, new ClassNames(this, model.Root, model.Root.Name));
    }

    /// <summary>The names of a class.</summary>
    public ClassNames Of(ModuleGraph graph) => _classes[graph];
}
