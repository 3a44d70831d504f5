using Mono.Cecil;
using Mono.Cecil.Cil;
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
            foreach (var called in Calls(method).SelectMany(static call => Run(call.Called)).Select(static called => called.FullName))
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

    /// <summary>Where the code of an assembly calls one of them, or makes or holds a module whose forward is one.</summary>
    /// <param name="assembly">The assembly's bytes.</param>
    public IReadOnlyList<string> UsesIn(byte[] assembly) => UsesIn(assembly, static (_, _) => true);

    /// <summary>The same without the conversions whose number is held until it is disposed of, or for good, or given to the caller.</summary>
    /// <param name="assembly">The assembly's bytes.</param>
    public IReadOnlyList<string> UnheldUsesIn(byte[] assembly) =>
        UsesIn(assembly, static (method, call) => !(IsConversion(call.Called) && (method.ReturnType.FullName == typeof(Scalar).FullName || IsHeld(method.Body, call.At.Next))));

    private List<string> UsesIn(byte[] assembly, Func<MethodDefinition, Call, bool> counts)
    {
        using var stream = new MemoryStream(assembly);
        var types = Types(AssemblyDefinition.ReadAssembly(stream, new ReaderParameters { AssemblyResolver = _resolver })).ToList();
        var calls = types.SelectMany(static type => type.Methods)
            .SelectMany(static method => Calls(method).Select(call => (Method: method, Call: call)))
            .Where(use => (_members.Contains(use.Call.Called.FullName) || IsModuleOfNumbers(use.Call.Called.ReturnType)) && counts(use.Method, use.Call))
            .Select(static use => $"{use.Method.DeclaringType.FullName}.{use.Method.Name}: {use.Call.Called.FullName}");
        var modules = types.SelectMany(static type => type.Fields)
            .Where(field => IsModuleOfNumbers(field.FieldType))
            .Select(static field => $"{field.DeclaringType.FullName} holds {field.FieldType.FullName}");
        return [.. calls.Concat(modules).Distinct().Order(StringComparer.Ordinal)];
    }

    private bool IsModuleOfNumbers(TypeReference type)
    {
        if (type is GenericInstanceType generic && generic.GenericArguments.Any(IsModuleOfNumbers))
            return true;
        for (var at = IsOfTorchSharp(type) ? type.Resolve() : null; at is not null; at = at.BaseType?.Resolve())
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

    // A static field keeps it; so does a variable that a finally block disposes of, for which a conversion would be dead after its last use.
    private static bool IsHeld(MethodBody body, Instruction next) => next.OpCode == OpCodes.Stsfld || (Variable(body, next, isStore: true) is { } variable && body.ExceptionHandlers
        .Where(static handler => handler.HandlerType == ExceptionHandlerType.Finally)
        .Any(handler => body.Instructions.Any(instruction => instruction.Offset >= handler.HandlerStart.Offset && instruction.Offset < handler.HandlerEnd.Offset && Variable(body, instruction, isStore: false) == variable)));

    private static VariableDefinition? Variable(MethodBody body, Instruction instruction, bool isStore) => (instruction.OpCode.Code, isStore) switch
    {
        (Code.Stloc_0, true) or (Code.Ldloc_0, false) => body.Variables[0],
        (Code.Stloc_1, true) or (Code.Ldloc_1, false) => body.Variables[1],
        (Code.Stloc_2, true) or (Code.Ldloc_2, false) => body.Variables[2],
        (Code.Stloc_3, true) or (Code.Ldloc_3, false) => body.Variables[3],
        (Code.Stloc_S or Code.Stloc, true) or (Code.Ldloc_S or Code.Ldloc, false) => (VariableDefinition)instruction.Operand,
        _ => null,
    };

    private static IEnumerable<Call> Calls(MethodDefinition method) => !method.HasBody
        ? []
        : method.Body.Instructions.Where(static instruction => instruction.Operand is MethodReference called && IsOfTorchSharp(called.DeclaringType))
            .Select(static instruction => (At: instruction, Called: ((MethodReference)instruction.Operand).Resolve()))
            .Where(static call => call.Called is not null)
            .Select(static call => new Call(call.At, call.Called));

    // Whoever makes the state machine of an iterator or of an asynchronous method has it run.
    private static IEnumerable<MethodDefinition> Run(MethodDefinition called) =>
        called.IsConstructor && called.DeclaringType.Name.StartsWith('<') ? called.DeclaringType.Methods : [called];

    private static bool IsOfTorchSharp(TypeReference type) => type.Scope.Name.StartsWith("TorchSharp", StringComparison.Ordinal);

    private static IEnumerable<TypeDefinition> Types(AssemblyDefinition assembly) => assembly.MainModule.Types.SelectMany(WithNested);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static bool IsVisible(TypeDefinition type) => type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));

    private sealed record Call(Instruction At, MethodDefinition Called);
}
