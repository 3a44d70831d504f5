using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Generators.Classes;

namespace ModelGen.Generators.Specs;

/// <summary>Checks the classes of the user's own that a spec or a recipe names.</summary>
internal static class OwnTypeCheck
{
    /// <summary>What is wrong with them.</summary>
    /// <param name="compilation">The project, without generated code.</param>
    /// <param name="space">The namespace of the generated class.</param>
    /// <param name="accessibility">The accessibility of the generated class.</param>
    /// <param name="all">The classes.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static EquatableArray<GraphError> Of(
        Compilation compilation,
        string space,
        string accessibility,
        IEnumerable<OwnType> all,
        CancellationToken cancellation
    )
    {
        var named = all.Distinct().ToList();
        return named.Count == 0
            ? default
            : new EquatableArray<GraphError>(
                named
                    .Select(type => (Type: type, Problem: Problem(compilation, space, accessibility, type, cancellation)))
                    .Where(static found => found.Problem is not null)
                    .Select(static found => new GraphError(
                        Rules.OwnType,
                        found.Type.Origin,
                        found.Type.Argument,
                        new EquatableArray<string>([found.Type.Name, found.Problem!])
                    ))
            );
    }

    private static string? Problem(
        Compilation compilation,
        string space,
        string accessibility,
        OwnType named,
        CancellationToken cancellation
    )
    {
        var (name, wanted) = (named.Name, named.Base.Replace("TorchSharp.", ""));
        if (Find(compilation, space, name) is not { } type)
        {
            var last = name.Substring(name.LastIndexOf('.') + 1);
            var elsewhere = compilation
                .GetSymbolsWithName(last, SymbolFilter.Type, cancellation)
                .Select(static symbol => symbol.ToDisplayString())
                .OrderBy(static full => full, StringComparer.Ordinal)
                .FirstOrDefault();
            return $"the project has no such class{(elsewhere is null ? $"; declare it as a {wanted}" : $"; did you mean '{elsewhere}'?")}";
        }

        return type.IsAbstract ? "it is abstract"
            : !Extends(type, named.Base) ? $"it {(IsInterface() ? "does not implement" : "does not extend")} {wanted}"
            : named.IsExposed && accessibility == "public" && !IsPublic(type)
                ? "it is not public, but the model's class is; make it public, or bind the spec to an internal class of yours with [Model]"
            : ConstructorProblem(compilation, type, named.ArgumentCount);

        bool IsInterface() => compilation.GetTypeByMetadataName(named.Base) is { TypeKind: TypeKind.Interface };
    }

    private static string? ConstructorProblem(Compilation compilation, INamedTypeSymbol type, int count)
    {
        var constructors = type
            .InstanceConstructors.Where(constructor => compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly))
            .ToList();
        return constructors.Any(constructor => Takes(constructor.Parameters, count)) ? null
            : constructors.Count == 0 ? "it has no constructor that the generated code can call"
            : FormattableString.Invariant(
                $"no constructor of it takes {count} argument(s); it has {string.Join(" and ", constructors.Select(Written))}"
            );
    }

    private static bool Takes(ImmutableArray<IParameterSymbol> parameters, int count) =>
        count >= parameters.Count(static parameter => !parameter.IsOptional && !parameter.IsParams)
        && (count <= parameters.Length || parameters.Any(static parameter => parameter.IsParams));

    private static string Written(IMethodSymbol constructor)
    {
        var parameters = constructor.Parameters.Select(static parameter =>
            parameter.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)
        );
        return $"{constructor.ContainingType.Name}({string.Join(", ", parameters)})";
    }

    // With its namespace or, without one, beside the model.
    private static INamedTypeSymbol? Find(Compilation compilation, string space, string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0)
        {
            return InNamespace(compilation, space, name) ?? InNamespace(compilation, "", name);
        }

        var (around, last) = (name.Substring(0, dot), name.Substring(dot + 1));
        return InNamespace(compilation, around, last)
            ?? (Find(compilation, space, around) is { } outer ? outer.GetTypeMembers(last, 0).FirstOrDefault() : null);
    }

    private static INamedTypeSymbol? InNamespace(Compilation compilation, string space, string name) =>
        Surroundings.Find(compilation.GlobalNamespace, space)?.GetTypeMembers(name, 0).FirstOrDefault();

    private static bool IsPublic(INamedTypeSymbol type) =>
        type.DeclaredAccessibility == Accessibility.Public && (type.ContainingType is not { } outer || IsPublic(outer));

    // A base that does not exist is the C# compiler's to report.
    private static bool Extends(INamedTypeSymbol type, string wanted)
    {
        if (type.AllInterfaces.Any(own => own.ToDisplayString() == wanted))
        {
            return true;
        }

        for (var own = type.BaseType; own is not null; own = own.BaseType)
        {
            if (own.TypeKind == TypeKind.Error || own.ToDisplayString() == wanted)
            {
                return true;
            }
        }

        return false;
    }
}
