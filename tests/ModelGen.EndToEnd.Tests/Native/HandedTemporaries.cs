using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>
/// The members of TorchSharp that hand libtorch the pointer of a temporary object which nothing holds while it is read: what makes such an
/// object, and all that call that, directly or through each other.
/// </summary>
internal sealed class HandedTemporaries
{
    private readonly HashSet<string> _members = [];
    private readonly DefaultAssemblyResolver _resolver = new();
    private readonly Func<MethodDefinition, bool> _isSource;

    private HandedTemporaries(Func<MethodDefinition, bool> isSource)
    {
        _isSource = isSource;
        _resolver.AddSearchDirectory(AppContext.BaseDirectory);
        _resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        var methods = Types(Read(typeof(torch).Assembly.Location)).SelectMany(static type => type.Methods).ToList();
        var callers = new Dictionary<string, List<MethodDefinition>>();
        var open = new Queue<MethodDefinition>();
        foreach (var method in methods)
        {
            if (isSource(method))
            {
                Add(method);
            }

            foreach (var called in Calls(method).SelectMany(static call => Run(call.Called)).Select(static called => called.FullName))
            {
                if (!callers.TryGetValue(called, out var list))
                {
                    callers.Add(called, list = []);
                }

                list.Add(method);
            }
        }

        while (open.TryDequeue(out var member))
        {
            foreach (
                var caller in callers.GetValueOrDefault(member.FullName, []).Where(static caller => !IsOfScalars(caller.DeclaringType))
            )
            {
                Add(caller);
            }
        }

        Public =
        [
            .. methods
                .Where(method =>
                    _members.Contains(method.FullName) && (method.IsPublic || method.IsFamily) && IsVisible(method.DeclaringType)
                )
                .Select(DocCommentId.GetDocCommentId)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

        void Add(MethodDefinition method)
        {
            if (_members.Add(method.FullName))
            {
                open.Enqueue(method);
            }
        }
    }

    /// <summary>Those with numbers, of the TorchSharp at hand.</summary>
    public static HandedTemporaries Numbers { get; } =
        new(static method =>
            method.DeclaringType.FullName switch
            {
                "TorchSharp.Scalar" => method.Name is "op_Implicit" or ".ctor",
                "TorchSharp.ScalarExtensionMethods" => method.Name.StartsWith("ToScalar", StringComparison.Ordinal),
                _ => false,
            }
        );

    /// <summary>Those with torch's global generator, of the TorchSharp at hand.</summary>
    public static HandedTemporaries Generators { get; } =
        new(static method => method.DeclaringType.FullName == "TorchSharp.torch/Generator" && method.Name == "get_Default");

    /// <summary>Those that programs can call, by the names that documentation has for them.</summary>
    public IReadOnlyList<string> Public { get; }

    /// <summary>Where the code of an assembly calls one of them, or makes or holds a module whose forward is one.</summary>
    /// <param name="assembly">The assembly's bytes.</param>
    public IReadOnlyList<string> UsesIn(byte[] assembly) => UsesIn(assembly, static (_, _) => true);

    /// <summary>The same without the objects that are held until they are disposed of, or for good, or given to the caller.</summary>
    /// <param name="assembly">The assembly's bytes.</param>
    public IReadOnlyList<string> UnheldUsesIn(byte[] assembly) =>
        UsesIn(assembly, (method, call) => !(_isSource(call.Called) && (IsReturned(method, call) || IsHeld(method.Body, call.At.Next))));

    private List<string> UsesIn(byte[] assembly, Func<MethodDefinition, Call, bool> counts)
    {
        using var stream = new MemoryStream(assembly);
        var types = Types(AssemblyDefinition.ReadAssembly(stream, new ReaderParameters { AssemblyResolver = _resolver })).ToList();
        var calls = types
            .SelectMany(static type => type.Methods)
            .SelectMany(static method => Calls(method).Select(call => (Method: method, Call: call)))
            .Where(use => _members.Contains(use.Call.Called.FullName) || IsModuleOfThem(use.Call.Called.ReturnType))
            .Where(use => counts(use.Method, use.Call))
            .Select(static use => $"{use.Method.DeclaringType.FullName}.{use.Method.Name}: {use.Call.Called.FullName}");
        var modules = types
            .SelectMany(static type => type.Fields)
            .Where(field => IsModuleOfThem(field.FieldType))
            .Select(static field => $"{field.DeclaringType.FullName} holds {field.FieldType.FullName}");
        return [.. calls.Concat(modules).Distinct().Order(StringComparer.Ordinal)];
    }

    private bool IsModuleOfThem(TypeReference type)
    {
        if (type is GenericInstanceType generic && generic.GenericArguments.Any(IsModuleOfThem))
        {
            return true;
        }

        for (var at = IsOfTorchSharp(type) ? type.Resolve() : null; at is not null; at = at.BaseType?.Resolve())
        {
            if (at.Methods.Any(method => method.Name == "forward" && _members.Contains(method.FullName)))
            {
                return true;
            }
        }

        return false;
    }

    private AssemblyDefinition Read(string path) =>
        AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = _resolver });

    private static bool IsReturned(MethodDefinition method, Call call) => method.ReturnType.FullName == call.Called.ReturnType.FullName;

    // A static field keeps it; so does a variable that a finally block disposes of; any other is dead after its last use.
    private static bool IsHeld(MethodBody body, Instruction next)
    {
        if (next.OpCode == OpCodes.Stsfld)
        {
            return true;
        }

        return Variable(body, next, isStore: true) is { } variable
            && body.ExceptionHandlers.Where(static handler => handler.HandlerType == ExceptionHandlerType.Finally)
                .SelectMany(handler =>
                    body.Instructions.Where(each => each.Offset >= handler.HandlerStart.Offset && each.Offset < handler.HandlerEnd.Offset)
                )
                .Any(instruction => Variable(body, instruction, isStore: false) == variable);
    }

    private static VariableDefinition? Variable(MethodBody body, Instruction instruction, bool isStore) =>
        (instruction.OpCode.Code, isStore) switch
        {
            (Code.Stloc_0, true) or (Code.Ldloc_0, false) => body.Variables[0],
            (Code.Stloc_1, true) or (Code.Ldloc_1, false) => body.Variables[1],
            (Code.Stloc_2, true) or (Code.Ldloc_2, false) => body.Variables[2],
            (Code.Stloc_3, true) or (Code.Ldloc_3, false) => body.Variables[3],
            (Code.Stloc_S or Code.Stloc, true) or (Code.Ldloc_S or Code.Ldloc, false) => (VariableDefinition)instruction.Operand,
            _ => null,
        };

    private static IEnumerable<Call> Calls(MethodDefinition method) =>
        !method.HasBody
            ? []
            : method
                .Body.Instructions.Where(static instruction =>
                    instruction.Operand is MethodReference called && IsOfTorchSharp(called.DeclaringType)
                )
                .Select(static instruction => (At: instruction, Called: ((MethodReference)instruction.Operand).Resolve()))
                .Where(static call => call.Called is not null)
                .Select(static call => new Call(call.At, call.Called));

    // Whoever makes the state machine of an iterator or of an asynchronous method has it run.
    private static IEnumerable<MethodDefinition> Run(MethodDefinition called) =>
        called.IsConstructor && called.DeclaringType.Name.StartsWith('<') ? called.DeclaringType.Methods : [called];

    private static bool IsOfScalars(TypeDefinition type) => type.FullName is "TorchSharp.Scalar" or "TorchSharp.ScalarExtensionMethods";

    private static bool IsOfTorchSharp(TypeReference type) => type.Scope.Name.StartsWith("TorchSharp", StringComparison.Ordinal);

    private static IEnumerable<TypeDefinition> Types(AssemblyDefinition assembly) => assembly.MainModule.Types.SelectMany(WithNested);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static bool IsVisible(TypeDefinition type) => type.IsPublic || (type.IsNestedPublic && IsVisible(type.DeclaringType));

    private sealed record Call(Instruction At, MethodDefinition Called);
}
