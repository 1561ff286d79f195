using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Share;

/// <summary>
/// Encryption of a token at rest: AES-256-GCM (NIST SP 800-38D) under a key that HKDF-SHA-256 (RFC 5869) derives from the client secret, which
/// every instance of an app has. So there is no key to hand out, and whoever can read or write the store learns nothing and forges nothing.
/// </summary>
/// <remarks>
/// An entry is: one byte, the version of this format; 12 bytes, the nonce; the ciphertext; 16 bytes, the tag. Authenticated with it are the
/// name of its key and the version. Encrypted are: 8 bytes, the expiry in ticks of 100 ns since the year 1, UTC; 8 bytes, the life in the same
/// ticks (both big-endian); the token in UTF-8. Safe for any number of threads.
/// </remarks>
internal sealed class TokenSeal
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int TimesLength = 2 * sizeof(long);
    private const int Overhead = 1 + NonceLength + TagLength;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    private readonly byte[] _associatedData;

    public TokenSeal(OptionsSnapshot options)
    {
        byte[] secret = Encoding.UTF8.GetBytes(options.ClientSecret);
        _key = Derive(secret, "SpotifyClientCredentials token seal v1");
        // Another secret is another key: during a rotation, instances with the old and with the new one leave each other's entries alone.
        string keyId = Convert.ToHexString(Derive(secret, "SpotifyClientCredentials key id v1"));
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.TokenEndpoint.AbsoluteUri}\n{options.ClientId}\n{keyId}"));
        KeyName = $"spotify-client-credentials:{Convert.ToHexString(name)}";
        _associatedData = [.. Encoding.UTF8.GetBytes(KeyName), Version];
    }

    /// <summary>The name under which the app's token is stored.</summary>
    public string KeyName { get; }

    public byte[] Seal(SharedToken token) => Seal(token, RandomNumberGenerator.GetBytes(NonceLength));

    /// <param name="token">The token.</param>
    /// <param name="nonce">12 bytes that are never used twice.</param>
    public byte[] Seal(SharedToken token, ReadOnlySpan<byte> nonce)
    {
        byte[] content = new byte[TimesLength + Encoding.UTF8.GetByteCount(token.Value)];
        BinaryPrimitives.WriteInt64BigEndian(content, token.ExpiresOn.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(sizeof(long)), token.Life.Ticks);
        Encoding.UTF8.GetBytes(token.Value, content.AsSpan(TimesLength));

        byte[] entry = new byte[Overhead + content.Length];
        entry[0] = Version;
        nonce.CopyTo(entry.AsSpan(1));
        using AesGcm cipher = new(_key, TagLength);
        cipher.Encrypt(nonce, content, entry.AsSpan(1 + NonceLength, content.Length), entry.AsSpan(^TagLength..), _associatedData);
        return entry;
    }

    /// <returns>Null where the entry was not sealed like this: of another secret, key or version, cut, changed, or no token.</returns>
    public SharedToken? Open(ReadOnlySpan<byte> entry)
    {
        if (entry.Length <= Overhead + TimesLength || entry[0] != Version)
        {
            return null;
        }

        byte[] content = new byte[entry.Length - Overhead];
        try
        {
            using AesGcm cipher = new(_key, TagLength);
            cipher.Decrypt(entry.Slice(1, NonceLength), entry[(1 + NonceLength)..^TagLength], entry[^TagLength..], content, _associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        long expiry = BinaryPrimitives.ReadInt64BigEndian(content);
        TimeSpan life = TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(sizeof(long))));
        string value = Encoding.UTF8.GetString(content.AsSpan(TimesLength));
        // Whoever has the secret can seal anything.
        return expiry >= 0 && expiry <= DateTimeOffset.MaxValue.Ticks && GrantedToken.IsLife(life) && GrantedToken.IsBearerToken(value)
            ? new SharedToken { Value = value, ExpiresOn = new DateTimeOffset(expiry, TimeSpan.Zero), Life = life }
            : null;
    }

    private static byte[] Derive(byte[] secret, string info) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, outputLength: 32, salt: [], Encoding.ASCII.GetBytes(info));
}
