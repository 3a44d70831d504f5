using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Files;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Reporting;

namespace ModelGen.Generators.Specs;

/// <summary>A class of the user's own that names a spec.</summary>
/// <param name="Binding">What it names.</param>
/// <param name="Problem">Why the class cannot be a model; null where it can.</param>
/// <param name="Base">The base class that it names; null where it names none.</param>
/// <param name="Path">The file of the attribute.</param>
/// <param name="Spec">Where the spec is named.</param>
/// <param name="Name">Where the class is named.</param>
internal sealed record BoundClass(SpecBinding Binding, string? Problem, string? Base, string Path, SourceSpan Spec, SourceSpan Name)
{
    /// <summary>Reads a class; null where it names no spec.</summary>
    public static BoundClass? Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        if (
            RuntimeAttributes.ModelOf(type) is not { ConstructorArguments: { Length: 1 } arguments } attribute
            || arguments[0].Value is not string spec
            || attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax syntax
        )
        {
            return null;
        }

        var places = new Places(syntax.SyntaxTree);
        return new BoundClass(
            new SpecBinding(spec, ClassForm.Class(type)),
            ClassForm.Problem(type, null, cancellation),
            ClassForm.OwnBase(type)?.Name,
            syntax.SyntaxTree.FilePath,
            places.Of(syntax.ArgumentList?.Arguments.FirstOrDefault() ?? (SyntaxNode)syntax),
            places.Of(((BaseTypeDeclarationSyntax)syntax.Parent!.Parent!).Identifier)
        );
    }

    /// <summary>Why the class is not bound to the spec; null where it is.</summary>
    /// <param name="models">The models of the project's specs.</param>
    /// <param name="bindings">All bindings of the project.</param>
    /// <param name="projectFolder">The project's folder.</param>
    public Report? Report(ImmutableArray<Model> models, EquatableArray<SpecBinding> bindings, string projectFolder) =>
        Problem is not null ? Of(Rules.ClassForm, Name, Binding.Class.Name, Problem)
        : SpecProblem(models, bindings, projectFolder) is { } problem ? Of(Rules.SpecBinding, Spec, Binding.Spec, problem)
        : Base is not null && Find(models, projectFolder)?.Spec is { } spec && Family.Of(spec).BaseClass != Base
            ? Of(Rules.ClassForm, Name, Binding.Class.Name, ClassForm.BaseProblem(Base))
        : null;

    private Model? Find(ImmutableArray<Model> models, string folder) => models.FirstOrDefault(model => Binding.IsTo(model.Path, folder));

    private string? SpecProblem(ImmutableArray<Model> models, EquatableArray<SpecBinding> bindings, string folder)
    {
        if (Find(models, folder) is not { } found)
        {
            var root = FilePath.Normalise(folder) + "/";
            var paths = models
                .Select(static model => FilePath.Normalise(model.Path))
                .Select(path => path.StartsWith(root, StringComparison.Ordinal) ? path.Substring(root.Length) : path);
            return $"the project has no such spec{NearestWord.Hint(Binding.Spec, paths)}";
        }

        if (found.Spec is { Name: { Length: > 0 } name } && name != Binding.Class.Name)
        {
            return $"its model is '{name}', but the class is '{Binding.Class.Name}'";
        }

        var first = bindings
            .Where(other => other.Class.Name == Binding.Class.Name && other.IsTo(found.Path, folder))
            .Select(static other => other.Class.FullName)
            .OrderBy(static other => other, StringComparer.Ordinal)
            .First();
        return first == Binding.Class.FullName ? null : $"'{first}' is already bound to it";
    }

    private Report Of(Rule rule, SourceSpan place, params string[] arguments) =>
        new(
            Path,
            new EquatableArray<Compiler.Diagnostics.Diagnostic>([
                new Compiler.Diagnostics.Diagnostic(rule, place, new EquatableArray<string>(arguments)),
            ])
        );
}
