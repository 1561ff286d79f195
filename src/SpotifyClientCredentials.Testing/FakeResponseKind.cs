namespace SpotifyClientCredentials.Testing;

internal enum FakeResponseKind
{
    Scripted,
    Default,
    NoResponse,
    ConnectionReset,
}
