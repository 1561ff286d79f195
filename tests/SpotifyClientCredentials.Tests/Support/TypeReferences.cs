using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>The references between types of an assembly: by base type, interface, attribute, field, signature, local or instruction.</summary>
/// <remarks>A nested type counts as its outermost type, like the types that the compiler generates for lambdas and async methods.</remarks>
internal sealed class TypeReferences : ISignatureTypeProvider<ImmutableArray<TypeDefinitionHandle>, object?>
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly MetadataReader _metadata;
    private readonly PEReader _image;

    private TypeReferences(PEReader image)
    {
        _image = image;
        _metadata = image.GetMetadataReader();
    }

    /// <returns>Pairs of full names: the type that refers, and the type that it refers to.</returns>
    public static ILookup<string, string> Of(string assemblyPath)
    {
        using PEReader image = new(File.OpenRead(assemblyPath));
        TypeReferences references = new(image);
        return references.All().Where(pair => pair.From != pair.To).Distinct().ToLookup(pair => pair.From, pair => pair.To);
    }

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [handle];

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

    public ImmutableArray<TypeDefinitionHandle> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ImmutableArray<TypeDefinitionHandle> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

    public ImmutableArray<TypeDefinitionHandle> GetSZArrayType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetArrayType(ImmutableArray<TypeDefinitionHandle> elementType, ArrayShape shape) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetByReferenceType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetPointerType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetPinnedType(ImmutableArray<TypeDefinitionHandle> elementType) => elementType;

    public ImmutableArray<TypeDefinitionHandle> GetGenericMethodParameter(object? genericContext, int index) => [];

    public ImmutableArray<TypeDefinitionHandle> GetGenericTypeParameter(object? genericContext, int index) => [];

    public ImmutableArray<TypeDefinitionHandle> GetModifiedType(ImmutableArray<TypeDefinitionHandle> modifier, ImmutableArray<TypeDefinitionHandle> unmodifiedType, bool isRequired) =>
        [.. modifier, .. unmodifiedType];

    public ImmutableArray<TypeDefinitionHandle> GetGenericInstantiation(
        ImmutableArray<TypeDefinitionHandle> genericType, ImmutableArray<ImmutableArray<TypeDefinitionHandle>> typeArguments) =>
        [.. genericType, .. typeArguments.SelectMany(argument => argument)];

    public ImmutableArray<TypeDefinitionHandle> GetFunctionPointerType(MethodSignature<ImmutableArray<TypeDefinitionHandle>> signature) => [.. In(signature)];

    private static IEnumerable<TypeDefinitionHandle> In(MethodSignature<ImmutableArray<TypeDefinitionHandle>> signature) =>
        signature.ReturnType.Concat(signature.ParameterTypes.SelectMany(parameter => parameter));

    private IEnumerable<(string From, string To)> All()
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            string from = NameOf(handle);
            foreach (TypeDefinitionHandle to in ReferencesOf(_metadata.GetTypeDefinition(handle)))
            {
                yield return (from, NameOf(to));
            }
        }
    }

    private IEnumerable<TypeDefinitionHandle> ReferencesOf(TypeDefinition type)
    {
        IEnumerable<TypeDefinitionHandle> references =
        [
            .. In(type.BaseType),
            .. type.GetInterfaceImplementations().SelectMany(implementation => In(_metadata.GetInterfaceImplementation(implementation).Interface)),
            .. type.GetCustomAttributes().SelectMany(attribute => In(_metadata.GetCustomAttribute(attribute).Constructor)),
            .. type.GetFields().SelectMany(field => _metadata.GetFieldDefinition(field).DecodeSignature(this, null)),
            .. type.GetMethods().SelectMany(method => In(_metadata.GetMethodDefinition(method).DecodeSignature(this, null))),
            .. type.GetMethods().SelectMany(method => InBody(_metadata.GetMethodDefinition(method))),
        ];
        return references;
    }

    private IEnumerable<TypeDefinitionHandle> InBody(MethodDefinition method)
    {
        if (method.RelativeVirtualAddress == 0)
        {
            yield break;
        }

        MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            foreach (TypeDefinitionHandle local in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null).SelectMany(type => type))
            {
                yield return local;
            }
        }

        foreach (TypeDefinitionHandle caught in body.ExceptionRegions.SelectMany(region => In(region.CatchType)))
        {
            yield return caught;
        }

        foreach (TypeDefinitionHandle used in Tokens(body.GetILBytes()!).SelectMany(token => In(MetadataTokens.EntityHandle(token))))
        {
            yield return used;
        }
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (int at = 0; at < il.Length;)
        {
            int code = il[at++];
            code = code == 0xFE ? (code << 8) | il[at++] : code;
            switch (Operands[code])
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at++;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BitConverter.ToInt32(il, at);
                    at += 4;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    private IEnumerable<TypeDefinitionHandle> In(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return [];
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return [(TypeDefinitionHandle)handle];
            case HandleKind.TypeSpecification:
                return _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                return [field.GetDeclaringType(), .. field.DecodeSignature(this, null)];
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return [method.GetDeclaringType(), .. In(method.DecodeSignature(this, null))];
            case HandleKind.MethodSpecification:
                MethodSpecification specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                return In(specification.Method).Concat(specification.DecodeSignature(this, null).SelectMany(argument => argument));
            case HandleKind.MemberReference:
                MemberReference member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                return In(member.Parent).Concat(member.GetKind() == MemberReferenceKind.Method
                    ? In(member.DecodeMethodSignature(this, null))
                    : member.DecodeFieldSignature(this, null));
            default:
                return [];
        }
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.IsNested ? NameOf(type.GetDeclaringType()) : $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }
}
