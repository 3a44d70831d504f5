using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Cli.Specs;
using ModelGen.Runs;
using TorchSharp;

namespace ModelGen.Cli.Compilation;

/// <summary>The code of a model and its recipe, compiled and loaded into this process.</summary>
internal sealed class RunAssembly
{
    private const string RunMember = "Run";
    private const string DataMember = "Data";

    private readonly Assembly _assembly;
    private readonly RunSpec _spec;

    private RunAssembly(Assembly assembly, RunSpec spec) => (_assembly, _spec) = (assembly, spec);

    /// <summary>The class of the model.</summary>
    public Type Model => _assembly.GetType(_spec.ModelClass, throwOnError: true)!;

    /// <summary>The whole run.</summary>
    /// <exception cref="ModelGenException">No recipe says what the model is trained on.</exception>
    public ModelRun Run =>
        (ModelRun?)OfRecipe(RunMember)
        ?? throw new ModelGenException(
            $"Nothing says what {_spec.ModelName} is to learn from; name it with --data PATH, or in a recipe under 'data'."
        );

    /// <summary>Where the recipe says the data are; null where nothing says so.</summary>
    public object? Data => OfRecipe(DataMember);

    /// <summary>Creates the model, with random weights.</summary>
    public torch.nn.Module Create(torch.Device device) =>
        (torch.nn.Module)
            Activator.CreateInstance(
                Model,
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions,
                binder: null,
                [device],
                CultureInfo.InvariantCulture
            )!;

    /// <summary>Compiles and loads the code of a sound spec.</summary>
    /// <exception cref="ModelGenException">The code needs types of a project.</exception>
    public static RunAssembly Load(RunSpec spec)
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.None);
        var compilation = CSharpCompilation.Create(
            $"{spec.ModelName}.{Guid.NewGuid():N}",
            spec.Compiled.SelectMany(each =>
                each.Code.Select(code => CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), options, each.Path))
            ),
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        using var code = new MemoryStream();
        var result = compilation.Emit(code);
        if (result.Success)
        {
            return new RunAssembly(Assembly.Load(code.ToArray()), spec);
        }

        var error = result.Diagnostics.First(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        throw new ModelGenException(
            $"{spec.ModelName} cannot be run without the project that it belongs to: {error.GetMessage(null)}. A spec that names modules, "
                + "losses, metrics or rewards of your own needs a program."
        );
    }

    private object? OfRecipe(string member) =>
        _spec.Recipe is null
            ? null
            : _assembly
                .GetType(_spec.RecipeName, throwOnError: true)!
                .GetProperty(member, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                ?.GetValue(null);

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(static path =>
                Path.GetFileName(path) is var name
                && (
                    name.StartsWith("System.", StringComparison.Ordinal)
                    || name is "TorchSharp.dll" or "ModelGen.Core.dll" or "ModelGen.Torch.dll"
                )
            )
            .Select(static path => MetadataReference.CreateFromFile(path));
}
