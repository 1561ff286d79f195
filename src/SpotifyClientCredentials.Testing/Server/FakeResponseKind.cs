
namespace SpotifyClientCredentials.Testing.Server;

internal enum FakeResponseKind
{
    Scripted,
    Default,
    NoResponse,
    ConnectionReset,
}
