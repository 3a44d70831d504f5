using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;

namespace ModelGen.Generators;

/// <summary>What stands around a generated class.</summary>
internal static class Surroundings
{
    /// <summary>The short names of generated code that mean something else there: members of its namespace, and those of its parts that are the user's own.</summary>
    /// <param name="compilation">The project, without what is generated.</param>
    /// <param name="space">The class's namespace as the project has it.</param>
    /// <param name="name">The class.</param>
    public static EquatableArray<string> Hidden(Compilation compilation, string space, string name)
    {
        INamespaceSymbol? around = compilation.GlobalNamespace;
        foreach (var part in space.Length == 0 ? [] : Names.Namespace(space).Split('.'))
        {
            around = around?.GetMembers(part.TrimStart('@')).OfType<INamespaceSymbol>().FirstOrDefault();
        }

        var owners = around?.GetTypeMembers(name).Cast<INamespaceOrTypeSymbol>().Prepend(around).ToList() ?? [];
        return new EquatableArray<string>(ShortNames.All.Where(candidate => owners.Any(owner => !owner.GetMembers(candidate).IsEmpty)));
    }
}
