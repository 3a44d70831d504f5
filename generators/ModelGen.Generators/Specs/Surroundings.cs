using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Generators.Classes;

namespace ModelGen.Generators.Specs;

/// <summary>What the user's own code declares where a generated class goes.</summary>
/// <param name="Hidden">The short names of generated code that mean something else there.</param>
/// <param name="Members">The members of the user's own parts of the class; see <see cref="OwnMembers"/>.</param>
/// <param name="IsTaken">Whether the class cannot be generated there.</param>
/// <param name="Reason">Why, unless it is told elsewhere.</param>
internal sealed record Surroundings(EquatableArray<string> Hidden, EquatableArray<string> Members, bool IsTaken, GraphError? Reason)
{
    // Each namespace is searched once per compilation, however many models are in it.
    private static readonly ConditionalWeakTable<INamespaceSymbol, string[]> InNamespace = new();

    /// <summary>The surroundings of a model's class.</summary>
    /// <param name="compilation">The project, without generated code.</param>
    /// <param name="space">The class's namespace as the project has it.</param>
    /// <param name="name">The class.</param>
    /// <param name="baseClass">The base class of the model's family; null where it is not known.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static Surroundings Of(Compilation compilation, string space, string name, string? baseClass, CancellationToken cancellation)
    {
        var around = Find(compilation.Assembly.GlobalNamespace, space);
        var own = around?.GetTypeMembers(name, 0).FirstOrDefault();
        var reason =
            HiddenNamespace(compilation, name) is { } hidden ? hidden
            : TypeForNamespace(compilation.Assembly.GlobalNamespace, space) is { } type
                ? Error(
                    Rules.ClassForm,
                    name,
                    $"its namespace is '{space}', but {FileOf(type)} has a type of the name '{type.Name}'; rename the type, or set the "
                        + "project's RootNamespace"
                )
            : around is null ? null
            : around.GetNamespaceMembers().Any(inner => inner.Name == name)
                ? Error(Rules.InvalidName, name, "a model", "the project has a namespace of that name")
            : own is null ? null
            : Obstacle(own, baseClass, cancellation);
        var isTaken = reason is not null;
        if (own is not null && RuntimeAttributes.ModelOf(own) is not null)
        {
            // Reported at the class, which is meant to be the model.
            reason = null;
        }

        return new Surroundings(
            HiddenIn(compilation, space, name),
            own is null || isTaken
                ? default
                : new EquatableArray<string>(OwnMembers.Of(own, cancellation).Select(static member => member.Signature)),
            isTaken,
            reason
        );
    }

    /// <summary>
    /// The short names of generated code that mean something else in the scope of a class: members of its namespace, and members of the
    /// user's own parts of the class.
    /// </summary>
    /// <param name="compilation">The project, without generated code.</param>
    /// <param name="space">The class's namespace as the project has it.</param>
    /// <param name="name">The class.</param>
    public static EquatableArray<string> HiddenIn(Compilation compilation, string space, string name) =>
        new(
            (
                Find(compilation.GlobalNamespace, space) is { } around
                    ? around
                        .GetTypeMembers(name)
                        .SelectMany(ShortNamesIn)
                        .Union(InNamespace.GetValue(around, static owner => [.. ShortNamesIn(owner)]))
                    : []
            )
                .Union(IsOperatorHidden(compilation, space) ? [ShortNames.OperatorOfNames] : [])
                .OrderBy(static hidden => hidden, StringComparer.Ordinal)
        );

    /// <summary>What is wrong where a type of the user's own hides a namespace that generated code needs; null where none does.</summary>
    /// <param name="compilation">The project, without generated code.</param>
    /// <param name="name">The model's class.</param>
    public static GraphError? HiddenNamespace(Compilation compilation, string name) =>
        WordRules
            .Namespaces.Select(space => compilation.Assembly.GlobalNamespace.GetTypeMembers(space, 0).FirstOrDefault())
            .FirstOrDefault(static type => type is not null)
            is { } type
            ? Error(
                Rules.ClassForm,
                name,
                $"generated code needs the namespace '{type.Name}', which the type of that name in "
                    + $"{FileOf(type)} hides; put the type into a namespace"
            )
            : null;

    /// <summary>A namespace; null where there is none.</summary>
    public static INamespaceSymbol? Find(INamespaceSymbol root, string space)
    {
        INamespaceSymbol? around = root;
        foreach (var part in space.Length == 0 ? [] : Names.Namespace(space).Split('.'))
        {
            around = around?.GetMembers(part.TrimStart('@')).OfType<INamespaceSymbol>().FirstOrDefault();
        }

        return around;
    }

    // Whatever has the operator's name in any scope around the class.
    private static bool IsOperatorHidden(Compilation compilation, string space) =>
        compilation.ContainsSymbolsWithName(ShortNames.OperatorOfNames, SymbolFilter.All)
        || space.Split('.').Contains(ShortNames.OperatorOfNames);

    // A type where a namespace has to be.
    private static INamedTypeSymbol? TypeForNamespace(INamespaceSymbol root, string space)
    {
        INamespaceSymbol? around = root;
        foreach (var part in space.Length == 0 ? [] : Names.Namespace(space).Split('.').Select(static part => part.TrimStart('@')))
        {
            if (around?.GetTypeMembers(part, 0).FirstOrDefault() is { } type)
            {
                return type;
            }

            around = around?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        }

        return null;
    }

    private static string FileOf(INamedTypeSymbol type) => type.DeclaringSyntaxReferences[0].SyntaxTree.FilePath;

    // Why a type of the model's name cannot be a part of the model.
    private static GraphError? Obstacle(INamedTypeSymbol own, string? baseClass, CancellationToken cancellation)
    {
        var file = FileOf(own);
        return RuntimeAttributes.FamilyOf(own) is not null ? Error(Rules.DuplicateModel, own.Name, file)
            : RuntimeAttributes.RecipeOf(own) is not null ? Error(Rules.InvalidName, own.Name, "a model", $"a recipe in {file} has it")
            : own.TypeKind != TypeKind.Class ? Error(Rules.InvalidName, own.Name, "a model", $"another type, in {file}, has it")
            : ClassForm.Problem(own, baseClass, cancellation) is { } problem
                ? Error(Rules.ClassForm, own.Name, $"the project has a class of that name, in {file}, and {problem}")
            : null;
    }

    private static GraphError Error(Rule rule, params string[] arguments) =>
        new(rule, GraphError.Model, null, new EquatableArray<string>(arguments));

    private static IEnumerable<string> ShortNamesIn(INamespaceOrTypeSymbol owner) =>
        ShortNames.All.Where(candidate => !owner.GetMembers(candidate).IsEmpty);
}
