using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Text;
using ModelGen.Compiler.Words;
using ModelGen.Generators.Classes;
using ModelGen.Generators.Recipes;
using ModelGen.Generators.Reporting;
using ModelGen.Generators.Specs;

namespace ModelGen.Generators;

/// <summary>
/// Reports mistakes in models that are written as attributes, so that settings and pragmas work as for every other diagnostic.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClassAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.AllInAttributes;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class)
        {
            return;
        }

        var mistakes = new ClassMistakes();
        if (ClassReader.Read(type, context.CancellationToken) is { } model)
        {
            var code = ClassCode.Generate(new ClassSpec(model.Class, model.Parsed.Spec, default));
            mistakes.Add(
                ClassReader.FamilyOf(type)!.ApplicationSyntaxReference!.SyntaxTree,
                SpecCompiler.Mistakes(model.Parsed, code.Generated)
            );
            ReportTakenNames(mistakes, type, model);
        }
        else if (RecipeReader.AttributeOf(type) is not null)
        {
            ReportUnread(mistakes, context, type, "the class is a recipe, whose model has its own layers", isRecipe: true);
        }
        else if (SpecBinding.AttributeOf(type) is { } attribute)
        {
            ReportBinding(mistakes, context, type, attribute);
            ReportUnread(mistakes, context, type, "the spec already defines the model");
        }
        else
        {
            ReportUnread(mistakes, context, type, $"'{type.Name}' has no family attribute, such as [{Example}]");
        }

        foreach (var (place, diagnostic) in mistakes.Shown())
        {
            context.ReportDiagnostic(
                Microsoft.CodeAnalysis.Diagnostic.Create(Descriptors.InAttributes[diagnostic.Rule], place, diagnostic.Message)
            );
        }
    }

    // Reports why a class of the user's is not bound to a spec.
    private static void ReportBinding(ClassMistakes mistakes, SymbolAnalysisContext context, INamedTypeSymbol type, AttributeData attribute)
    {
        if (ClassForm.Problem(type, context.CancellationToken) is { } form)
        {
            mistakes.Report(Rules.ClassForm, type.Locations[0], type.Name, form);
        }
        else if (SpecBinding.Read(type, context.CancellationToken) is { } binding && BindingProblem(context, binding) is { } problem)
        {
            var syntax = attribute.ApplicationSyntaxReference!.GetSyntax(context.CancellationToken) as AttributeSyntax;
            mistakes.Report(
                Rules.SpecBinding,
                syntax?.ArgumentList?.Arguments.FirstOrDefault()?.GetLocation() ?? type.Locations[0],
                binding.Spec,
                problem
            );
        }
    }

    private static string? BindingProblem(SymbolAnalysisContext context, SpecBinding binding)
    {
        context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(SpecGenerator.ProjectFolder, out var option);
        var folder = option ?? "";
        var specs = context
            .Options.AdditionalFiles.Where(static file => file.Path.EndsWith(SpecGenerator.SpecSuffix, StringComparison.Ordinal))
            .ToList();
        if (specs.FirstOrDefault(file => binding.IsTo(file.Path, folder)) is not { } spec)
        {
            var root = SpecBinding.Normalise(folder) + "/";
            var paths = specs
                .Select(static file => SpecBinding.Normalise(file.Path))
                .Select(path => path.StartsWith(root, StringComparison.Ordinal) ? path.Substring(root.Length) : path);
            return $"the project has no such spec{NearestWord.Hint(binding.Spec, paths)}";
        }

        var name = SpecFile.Read(spec, context.CancellationToken).Parsed.Spec?.Name;
        if (name is { Length: > 0 } && name != binding.Class.Name)
        {
            return $"its model is '{name}', but the class is '{binding.Class.Name}'";
        }

        var first = context
            .Compilation.GetSymbolsWithName(binding.Class.Name, SymbolFilter.Type, context.CancellationToken)
            .OfType<INamedTypeSymbol>()
            .Select(type => SpecBinding.Read(type, context.CancellationToken))
            .Where(other => other?.IsTo(spec.Path, folder) == true)
            .Select(static other => other!.Class.FullName)
            .OrderBy(static name => name, StringComparer.Ordinal)
            .First();
        return first == binding.Class.FullName ? null : $"'{first}' is already bound to it";
    }

    // Reports properties of the user's with the name of a generated member.
    private static void ReportTakenNames(ClassMistakes mistakes, INamedTypeSymbol type, ClassModel model)
    {
        foreach (var list in model.Lists)
        {
            var members = type.GetMembers(list.Name);
            if (members.Length > 1 && members.OfType<IPropertySymbol>().FirstOrDefault(RuntimeAttributes.ListsLayers) is { } own)
            {
                mistakes.Report(Rules.MemberTaken, own.Locations[0], list.Name);
            }
        }
    }

    // Reports attributes of a model on a class that is not one.
    private static void ReportUnread(
        ClassMistakes mistakes,
        SymbolAnalysisContext context,
        INamedTypeSymbol type,
        string reason,
        bool isRecipe = false
    )
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (!isRecipe && RuntimeAttributes.Find(attribute, AttributeRole.Key) is { } key)
            {
                mistakes.Report(Rules.UnreadAttribute, Place(context, attribute), key.Name, reason);
            }
        }

        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            foreach (var attribute in property.GetAttributes().Where(RuntimeAttributes.IsLayer).Take(1))
            {
                mistakes.Report(Rules.UnreadAttribute, Place(context, attribute), RuntimeAttributes.NameOf(attribute)!, reason);
            }
        }
    }

    private static string Example { get; } = AttributeCatalogue.All.First(static attribute => attribute.Role == AttributeRole.Family).Name;

    private static Location Place(SymbolAnalysisContext context, AttributeData attribute) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax syntax
            ? syntax.Name.GetLocation()
            : context.Symbol.Locations[0];
}
