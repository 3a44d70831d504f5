using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;

namespace ModelGen.Generators;

/// <summary>The scope of a generated class.</summary>
internal static class Surroundings
{
    // Each namespace is searched once per compilation, however many models are in it.
    private static readonly ConditionalWeakTable<INamespaceSymbol, string[]> InNamespace = new();

    /// <summary>
    /// The short names of generated code that mean something else there: members of its namespace, and members of the user's own parts of
    /// the class.
    /// </summary>
    /// <param name="compilation">The project, without generated code.</param>
    /// <param name="space">The class's namespace as the project has it.</param>
    /// <param name="name">The class.</param>
    public static EquatableArray<string> Hidden(Compilation compilation, string space, string name)
    {
        INamespaceSymbol? around = compilation.GlobalNamespace;
        foreach (var part in space.Length == 0 ? [] : Names.Namespace(space).Split('.'))
        {
            around = around?.GetMembers(part.TrimStart('@')).OfType<INamespaceSymbol>().FirstOrDefault();
        }

        return around is null
            ? default
            : new EquatableArray<string>(
                around
                    .GetTypeMembers(name)
                    .SelectMany(Members)
                    .Union(InNamespace.GetValue(around, static owner => [.. Members(owner)]))
                    .OrderBy(static hidden => hidden, StringComparer.Ordinal)
            );
    }

    private static IEnumerable<string> Members(INamespaceOrTypeSymbol owner) =>
        ShortNames.All.Where(candidate => !owner.GetMembers(candidate).IsEmpty);
}
