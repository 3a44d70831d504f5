using Mono.Cecil;
using Mono.Cecil.Rocks;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>
/// The members of TorchSharp that hand libtorch the pointer of a number which nothing holds while it is read: the conversions to <see cref="Scalar"/>, and all that call them, directly
/// or through each other.
/// </summary>
internal sealed class HandedNumbers
{
    private readonly HashSet<string> _members = [];
    private readonly DefaultAssemblyResolver _resolver = new();

    private HandedNumbers()
    {
        _resolver.AddSearchDirectory(AppContext.BaseDirectory);
        _resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        var methods = Types(Read(typeof(torch).Assembly.Location)).SelectMany(static type => type.Methods).ToList();
        var callers = new Dictionary<string, List<MethodDefinition>>();
        var open = new Queue<MethodDefinition>();
        foreach (var method in methods)
        {
            if (IsConversion(method))
                Add(method);
            foreach (var called in Called(method).Select(static called => called.FullName))
            {
                if (!callers.TryGetValue(called, out var list))
                    callers.Add(called, list = []);
                list.Add(method);
            }
        }

        while (open.TryDequeue(out var member))
        {
            foreach (var caller in callers.GetValueOrDefault(member.FullName, []).Where(static caller => caller.DeclaringType.FullName is not ("TorchSharp.Scalar" or "TorchSharp.ScalarExtensionMethods")))
                Add(caller);
        }

        Public = [.. methods.Where(method => _members.Contains(method.FullName) && (method.IsPublic || method.IsFamily) && IsVisible(method.DeclaringType)).Select(DocCommentId.GetDocCommentId).Distinct().Order(StringComparer.Ordinal)];

        void Add(MethodDefinition method)
        {
            if (_members.Add(method.FullName))
                open.Enqueue(method);
        }
    }

    /// <summary>Of the TorchSharp at hand.</summary>
    public static HandedNumbers All { get; } = new();

    /// <summary>Those that programs can call, by the names that documentation has for them.</summary>
    public IReadOnlyList<string> Public { get; }

    /// <summary>Where the code of an assembly calls one of them, or holds a module whose forward is one.</summary>
    /// <param name="assembly">The assembly's bytes.</param>
    public IReadOnlyList<string> UsesIn(byte[] assembly)
    {
        using var stream = new MemoryStream(assembly);
        var types = Types(AssemblyDefinition.ReadAssembly(stream, new ReaderParameters { AssemblyResolver = _resolver })).ToList();
        return
        [
            .. types.SelectMany(static type => type.Methods)
                .SelectMany(method => Called(method).Where(called => _members.Contains(called.FullName)).Select(called => $"{method.DeclaringType.FullName}.{method.Name}: {called.FullName}"))
                .Concat(types.SelectMany(static type => type.Fields).Where(field => IsModuleOfNumbers(field.FieldType)).Select(static field => $"{field.DeclaringType.FullName} holds {field.FieldType.FullName}"))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    private bool IsModuleOfNumbers(TypeReference type)
    {
        for (var at = type.Scope.Name.StartsWith("TorchSharp", StringComparison.Ordinal) ? type.Resolve() : null; at is not null; at = at.BaseType?.Resolve())
        {
            if (at.Methods.Any(method => method.Name == "forward" && _members.Contains(method.FullName)))
                return true;
        }

        return false;
    }

    private AssemblyDefinition Read(string path) => AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = _resolver });

    private static bool IsConversion(MethodDefinition method) => method.DeclaringType.FullName switch
    {
        "TorchSharp.Scalar" => method.Name is "op_Implicit" or ".ctor",
        "TorchSharp.ScalarExtensionMethods" => method.Name.StartsWith("ToScalar", StringComparison.Ordinal),
        _ => false,
    };

    private static IEnumerable<MethodDefinition> Called(MethodDefinition method) => !method.HasBody
        ? []
        : method.Body.Instructions.Select(static instruction => instruction.Operand).OfType<MethodReference>()
            .Where(static called => called.DeclaringType.Scope.Name.StartsWith("TorchSharp", StringComparison.Ordinal))
            .Select(static called => called.Resolve())
            .OfType<MethodDefinition>();

    private static IEnumerable<TypeDefinition> Types(AssemblyDefinition assembly) => assembly.MainModule.Types.SelectMany(WithNested);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static bool IsVisible(TypeDefinition type) => type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));
}
