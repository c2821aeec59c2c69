//! A GitHub Enterprise server: its address, and a certificate that no public authority signed.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use crate::events::pull;
use crate::server::{Answer, Asked, Server};
use crate::stage::{Ran, Stage, answer, review};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap()
}

/// A server whose certificate an authority made out to a name.
fn server(
    authority: &Authority,
    name: &str,
    script: impl FnMut(&Asked) -> Answer + Send + 'static,
) -> Server {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = rustls::crypto::ring::default_provider();
    let config = ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    Server::tls(config, script)
}

/// GitHub below the path that an Enterprise server has its API at.
fn enterprise(authority: &Authority, stage: &Stage) -> Server {
    let approved = review(1, "dan-whitlock", "APPROVED", &stage.head);
    server(authority, "localhost", move |asked| {
        let Some(path) = asked.path.strip_prefix("/api/v3") else { return Answer::new(404, "<html>") };
        answer(&Asked { path: path.to_owned(), ..asked.clone() }, std::slice::from_ref(&approved), true, &[])
    })
}

/// A check of the pull request; `certificates` is what the file holds that `SSL_CERT_FILE` names.
fn run(stage: &Stage, server: &Server, certificates: Option<&str>) -> Ran {
    let file = stage.scratch.home().join("authorities.pem");
    certificates.iter().for_each(|pem| fs::write(&file, pem).unwrap());
    let name = if certificates.is_some() { file.to_str().unwrap() } else { "" };
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    let api = format!("{}/api/v3", server.url());
    stage.run_with("pull_request", &payload, &api, &["check", "--github"], &[("SSL_CERT_FILE", name)])
}

#[test]
fn an_enterprise_server_is_asked_at_its_own_address_by_its_own_certificate() {
    let (stage, authority) = (Stage::approving(), authority());
    let server = enterprise(&authority, &stage);
    // The file may hold others, and what is no certificate.
    let bundle = format!("{}{}{}", self::authority().pem(), authority.key().serialize_pem(), authority.pem());
    let ran = run(&stage, &server, Some(&bundle));
    assert_eq!((ran.code, ran.output("result")), (0, "clean"), "{ran:?}");
    let below = |line: &String| line.contains(" /api/v3/repos/acme/governance/");
    assert!(server.lines().iter().all(below) && server.lines().len() == 3, "{:?}", server.lines());
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_no_token() {
    let (stage, own) = (Stage::approving(), authority());
    let refused = |server: &Server, certificates: Option<&str>, said: &str| {
        let ran = run(&stage, server, certificates);
        assert_eq!((ran.code, ran.output("result")), (3, "failed"), "{ran:?}");
        assert!(ran.error.contains(said), "{said}: {}", ran.error);
        assert!(server.asked().is_empty());
        ran
    };
    let server_of_own = enterprise(&own, &stage);
    let ran = refused(&server_of_own, None, "UnknownIssuer");
    assert!(ran.error.contains("help: ") && ran.error.contains("SSL_CERT_FILE"), "{}", ran.error);
    refused(&server_of_own, Some(&authority().pem()), "invalid peer certificate");
    let another = server(&own, "github.example.com", |_| Answer::new(200, "[]"));
    refused(&another, Some(&own.pem()), "not valid for name");
    refused(&server_of_own, Some("no certificate"), "the certificates cannot be read");
    let missing = [("SSL_CERT_FILE", "/nowhere/authorities.pem")];
    let payload = pull("synchronize", &stage.base, &stage.head, false);
    let ran =
        stage.run_with("pull_request", &payload, &server_of_own.url(), &["check", "--github"], &missing);
    let said = "cannot read the certificates in /nowhere/authorities.pem (SSL_CERT_FILE)";
    assert!(ran.code == 3 && ran.error.contains(said), "{ran:?}");
}
